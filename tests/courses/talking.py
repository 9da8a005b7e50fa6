"""Writing in the talk of a lesson, and looking at it, as a test does both."""

import uuid

from django.urls import reverse

from courses import talk


def write(writer, lesson, text="How do you hold the phone?", **values):
    return talk.write(
        writer=writer, lesson=lesson, text=text, client_id=values.pop("client_id", uuid.uuid4()), **values
    )


def page_of(client, person, lesson):
    client.force_login(person)
    return client.get(reverse("courses:talk", args=[lesson.lesson_key]))


def html_of(client, person, lesson):
    return page_of(client, person, lesson).content.decode()


def send(client, lesson, **fields):
    data = {"client_id": str(uuid.uuid4()), "text": "Hello"} | fields
    return client.post(reverse("courses:talk", args=[lesson.lesson_key]), data)


def act(client, person, post, action, **fields):
    client.force_login(person)
    return client.post(reverse("courses:post", args=[post.pk]), {"action": action} | fields)
