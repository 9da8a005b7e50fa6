"""What a person is told: once, where she wants it, counted on her own row."""

import importlib
import uuid

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django_tasks import task_backends

from courses import moderation, notices, privacy, review, talk, tasks
from courses.enrolment import enrol
from courses.models import Graduation, Notice, NoticeOff
from courses.models.notices import Channel, Kind
from courses.submissions import submit
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


def tell(*people, event="lesson:1", kind=Kind.NEWS, title="Steady hands", url="/learn/"):
    notices.tell(people=[person.pk for person in people], kind=kind, event=event, title=title, url=url)


def unread(person):
    person.refresh_from_db(fields=["notices_unread"])
    return person.notices_unread


def write(writer, lesson, **values):
    return talk.write(writer=writer, lesson=lesson, text="Hello", client_id=uuid.uuid4(), **values)


def answer(learner, instructor, course):
    lesson = make.make_lesson(course, make.assignment())
    sent = submit(learner=learner, lesson=lesson, piece_id=lesson.pieces[0].id, asset=make.make_asset(learner))
    review.decide(submission=sent, by=instructor, decision="pass", scores={"0": 3, "1": 2}, summary="Good")
    return sent


def test_an_event_is_told_once_however_often_it_arrives(learner, creator):
    for _twice in range(2):
        tell(learner, creator, learner)
    assert Notice.objects.count() == 2
    assert (unread(learner), unread(creator)) == (1, 1)
    tell(learner, event="lesson:2")
    assert unread(learner) == 2


def test_what_is_switched_off_is_not_heard_there(learner):
    notices.switch(person=learner, off={("news", "app")})
    tell(learner)
    assert unread(learner) == 0
    notice = Notice.objects.get()
    assert (notice.in_app, notice.by_mail) == (False, True)
    notices.switch(person=learner, off={("news", "mail")})
    assert NoticeOff.objects.count() == 1
    notice.refresh_from_db()
    assert not notice.by_mail  # what waited does not come after all
    tell(learner, event="reply:1", kind=Kind.REPLY)
    assert unread(learner) == 1


def test_an_answer_to_her_video_is_told_and_opening_it_counts_as_read(client, enrolled, instructor, course):
    sent = answer(enrolled, instructor, course)
    notice = Notice.objects.get(kind=Kind.ANSWER)
    assert str(notice) == "Your instructor has answered: Film at the window"
    assert unread(enrolled) == 1
    client.force_login(enrolled)
    client.get(reverse("courses:feedback", args=[sent.pk]))
    assert unread(enrolled) == 0


def test_who_is_answered_hears_of_it_once_until_she_looks(client, enrolled, instructor, lesson, course):
    friend = UserFactory()
    enrol(learner=friend, course=course)
    question = write(enrolled, lesson)
    reply = write(friend, lesson, answers=question)
    write(instructor, lesson, answers=reply)
    write(enrolled, lesson, answers=question)  # nobody is told of her own words
    assert [notice.learner for notice in Notice.objects.filter(learner=enrolled)] == [enrolled]
    assert Notice.objects.filter(learner=friend).count() == 1
    assert not Notice.objects.filter(learner=instructor).exists()
    client.force_login(enrolled)
    page = client.get(Notice.objects.get(learner=enrolled).get_absolute_url(), follow=True).content.decode()
    assert "All conversations about this lesson" in page
    assert unread(enrolled) == 0
    write(friend, lesson, answers=question)
    assert unread(enrolled) == 1


def test_looking_at_the_conversation_itself_counts_as_read(client, enrolled, instructor, lesson):
    question = write(enrolled, lesson)
    write(instructor, lesson, answers=question)
    tell(enrolled)
    client.force_login(enrolled)
    page = client.get(reverse("courses:talk", args=[lesson.lesson_key])).content.decode()
    assert unread(enrolled) == 1  # the new lesson is another thing
    assert '<span class="bell__count">1</span>' in page


def test_after_a_mail_of_it_a_conversation_is_told_again(enrolled, instructor, lesson):
    notices.switch(person=enrolled, off={("reply", "app")})
    question = write(enrolled, lesson)
    for _twice in range(2):
        write(instructor, lesson, answers=question)
    assert Notice.objects.count() == 1
    Notice.objects.update(mailed_at=timezone.now())
    write(instructor, lesson, answers=question)
    assert Notice.objects.count() == 2


def test_who_has_left_is_told_nothing(learner, creator):
    type(learner).objects.filter(pk=learner.pk).update(is_active=False)
    type(creator).objects.filter(pk=creator.pk).update(erased_at=timezone.now())
    tell(learner, creator)
    assert not Notice.objects.exists()


def test_no_notice_names_who_wrote(enrolled, instructor, lesson):
    write(instructor, lesson, answers=write(enrolled, lesson))
    assert instructor.public_name not in str(Notice.objects.get())


def test_whose_words_were_removed_hears_of_it(enrolled, instructor, lesson):
    moderation.remove(post=write(enrolled, lesson), because="Be kind.", by=instructor)
    assert str(Notice.objects.get()) == "Words of yours about “Window light” were removed"


def test_a_new_lesson_is_told_to_those_who_still_learn_and_only_the_first_time(
    enrolled, course, django_capture_on_commit_callbacks
):
    queue = task_backends["background"]
    queue.clear()
    graduate = UserFactory()
    enrol(learner=graduate, course=course)
    Graduation.objects.create(learner=graduate, course_key=course.course_key, course_title=course.title)
    lesson = make.make_lesson(course, live=False)
    for _twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            type(lesson).objects.get(pk=lesson.pk).save_revision().publish()
    enrol(learner=UserFactory(), course=course)  # for her it is a lesson like the others
    asked = [result.args for result in queue.results if result.task == tasks.tell_of_lesson]
    assert asked == [[str(lesson.lesson_key)]]
    for _twice in range(2):
        tasks.tell_course_of_lesson(lesson.lesson_key)
    assert [notice.learner for notice in Notice.objects.all()] == [enrolled]
    tasks.tell_course_of_lesson(uuid.uuid4())


def test_the_list_shows_hers_and_leads_on(client, learner, outsider):
    tell(learner)
    notice = Notice.objects.get()
    client.force_login(learner)
    page = client.get(reverse("courses:notices")).content.decode()
    assert "There is a new lesson: Steady hands" in page
    assert '<span class="bell__count">1</span>' in page
    assert client.get(notice.get_absolute_url()).url == "/learn/"
    assert 'class="bell__count"' not in client.get(reverse("courses:notices")).content.decode()
    client.force_login(outsider)
    assert "Steady hands" not in client.get(reverse("courses:notices")).content.decode()
    assert client.get(notice.get_absolute_url()).status_code == 404
    client.logout()
    for url in (reverse("courses:notices"), reverse("courses:notice_choices"), notice.get_absolute_url()):
        assert client.get(url).url.startswith(reverse("account_login"))


def test_all_of_it_is_read_at_one_tap_and_only_hers(client, learner, outsider):
    tell(learner, outsider)
    tell(learner, event="lesson:2")
    client.force_login(learner)
    client.post(reverse("courses:notices"))
    client.post(reverse("courses:notices"))
    assert (unread(learner), unread(outsider)) == (0, 1)


def test_on_a_shared_phone_it_does_not_say_what_it_is_about(client, learner):
    learner.shared_phone = True
    learner.save()
    tell(learner)
    client.force_login(learner)
    page = client.get(reverse("courses:notices")).content.decode()
    assert "Steady hands" not in page
    assert "There is something new for you." in page


def test_she_chooses_each_kind_on_each_channel(client, learner):
    client.force_login(learner)
    url = reverse("courses:notice_choices")
    hers = len(notices.kinds_for(learner)) * len(Channel)
    assert client.get(url).content.decode().count(" checked") == hers
    client.post(url, {"answer-app": "on", "nonsense-app": "on"})
    off = notices.switched_off(learner)
    assert ("answer", "app") not in off
    assert len(off) == hers - 1
    assert client.get(url).content.decode().count(" checked") == 1


def test_her_list_and_every_page_ask_the_same_however_much_is_new(
    client, enrolled, lesson, django_assert_max_num_queries
):
    def asked(url):
        client.get(url)
        with django_assert_max_num_queries(10) as captured:
            client.get(url)
        return len(captured)

    client.force_login(enrolled)
    urls = [reverse("courses:notices"), lesson.url]
    tell(enrolled)
    few = [asked(url) for url in urls]
    for number in range(300):
        tell(enrolled, event=f"reply:{number}")
    assert [asked(url) for url in urls] == few
    assert "99+" in client.get(urls[1]).content.decode()


def test_a_lesson_has_an_address_without_a_language(client, lesson, db):
    assert client.get(reverse("courses:lesson", args=[lesson.lesson_key])).url == lesson.url
    assert client.get(reverse("courses:lesson", args=[uuid.uuid4()])).status_code == 404


def test_answers_from_before_become_notices_once(enrolled, instructor, course):
    sent = answer(enrolled, instructor, course)
    Notice.objects.all().delete()
    type(sent).objects.update(seen_at=timezone.now())
    module = importlib.import_module("courses.migrations.0012_answers_are_notices")

    class Before:
        """The models as they are, with the field that was there before."""

        @staticmethod
        def get_model(app, name):
            model = apps.get_model(app, name)
            if name == "Submission":
                model.told_at = None
            return model

    try:
        for _twice in range(2):
            module.write_notices(Before, None)
    finally:
        del type(sent).told_at
    notice = Notice.objects.get()
    assert (notice.event, notice.url) == (f"answer:{sent.pk}", reverse("courses:feedback", args=[sent.pk]))
    assert notice.read_at is not None
    assert unread(enrolled) == 0


def test_notices_are_in_her_copy_and_go_with_her(learner):
    tell(learner)
    notices.switch(person=learner, off={("news", "mail")})
    copy = privacy.export(learner)
    assert copy["notices"][0]["title"] == "Steady hands"
    assert copy["notices_switched_off"] == [{"kind": "news", "channel": "mail"}]
    privacy.erase(learner)
    assert not Notice.objects.exists()
    assert not NoticeOff.objects.exists()
