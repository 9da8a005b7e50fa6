"""Taking a course with a group: joining, talking among themselves, and making one."""

import uuid
from datetime import date, timedelta

from django.urls import reverse

from courses import privacy, talk
from courses.cohorts import join_cohort, open_cohorts
from courses.enrolment import enrol
from courses.models import Cohort, Deadline, Enrolment, Post
from tests.courses.cohort_days import TODAY, enrolment_of, make_cohort, rest
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


def write(writer, lesson, text="Hello", **values):
    return talk.write(writer=writer, lesson=lesson, text=text, client_id=uuid.uuid4(), **values)


def test_an_invitation_leads_into_the_group_and_twice_changes_nothing(client, learner, course, cohort):
    client.force_login(learner)
    typed = f" {cohort.code[:4].lower()}-{cohort.code[4:]} "
    page = client.post(reverse("courses:enter_code"), {"code": typed}, follow=True).content.decode()
    assert "Autumn" in page
    assert course.title in page
    for _twice in range(2):
        assert client.post(cohort.invitation).url == course.url
    assert enrolment_of(learner).cohort == cohort
    assert "You are in this group." in client.get(cohort.invitation).content.decode()


def test_a_wrong_invitation_leads_nowhere_and_guessing_ends(client, learner, cohort):
    client.force_login(learner)
    url = reverse("courses:enter_code")
    for wrong in ("", "x" * 41, "ABCDEFGH", "<script>"):
        assert client.post(url, {"code": wrong}).status_code == 422
    assert client.get(reverse("courses:invitation", args=["ABCDEFGH"])).status_code == 404
    for _guess in range(20):
        client.post(url, {"code": "ABCDEFGH"})
    assert client.post(url, {"code": cohort.code}).status_code == 422
    assert not Enrolment.objects.exists()


def test_joining_needs_an_account(client, cohort, course):
    for url in (cohort.invitation, reverse("courses:enter_code")):
        assert client.get(url).url.startswith(reverse("account_login"))
    assert client.post(reverse("courses:pause", args=[course.course_key])).url.startswith(reverse("account_login"))


def test_an_open_group_is_chosen_when_joining_the_course(client, learner, course, cohort):
    other = make_cohort(course, "Open", is_open=True)
    make_cohort(course, "Long ago", is_open=True, starts_on=TODAY - timedelta(days=60))
    make.make_lesson(course)
    client.force_login(learner)
    page = client.get(course.url).content.decode()
    assert "Open" in page
    assert "Autumn" not in page  # by invitation only
    assert "Long ago" not in page
    join = reverse("courses:join", args=[course.course_key])
    for wrong in (str(cohort.pk), "nonsense", str(uuid.uuid4())):
        assert client.post(join, {"cohort": wrong}).status_code == 404
    assert not Enrolment.objects.exists()
    client.post(join, {"cohort": str(other.pk)})
    assert enrolment_of(learner).cohort == other
    assert open_cohorts(course.course_key, TODAY) == [other]


def test_another_group_begins_without_the_pauses_of_before(member, course):
    rest(member, 5)
    other = make_cohort(course, "Winter")
    join_cohort(learner=member, cohort=other, course=course)
    mine = enrolment_of(member)
    assert (mine.cohort, mine.days_paused, mine.paused_on) == (other, 0, None)


def test_who_teaches_no_course_is_not_offered_to_add_a_group(client, instructor, administrator, course):
    add = reverse("cohorts:add")
    for person, offered in ((administrator, False), (instructor, True)):
        client.force_login(person)
        assert (f'href="{add}"' in client.get(reverse("cohorts:index")).content.decode()) is offered


def test_a_group_talks_among_itself(client, member, cohort, course, lesson, instructor, outsider):
    alone, elsewhere = UserFactory(), UserFactory()
    enrol(learner=alone, course=course)
    join_cohort(learner=elsewhere, cohort=make_cohort(course, "Winter"), course=course)
    hers, free = write(member, lesson, "Of the group"), write(alone, lesson, "On my own")
    for_all = write(instructor, lesson, "For everybody")
    answered = write(instructor, lesson, "To the group", answers=hers)
    below = write(member, lesson, "Asked below", answers=for_all)

    def reads(person):
        return set(Post.objects.visible_to(person))

    assert reads(member) == {hers, for_all, answered, below}
    assert reads(alone) == {free, for_all}
    assert reads(elsewhere) == {for_all}
    assert reads(instructor) == {hers, free, for_all, answered, below}
    assert reads(outsider) == set()
    client.force_login(instructor)
    page = client.get(reverse("courses:talk", args=[lesson.lesson_key])).content.decode()
    for words in ("Autumn", "For everybody", "On their own"):
        assert words in page


def test_what_she_wrote_stays_hers_when_she_changes_the_group(member, course, lesson):
    post = write(member, lesson)
    join_cohort(learner=member, cohort=make_cohort(course, "Winter"), course=course)
    assert set(Post.objects.visible_to(member)) == {post}
    talk.take_back(post=post, by=member)


def form_of(**values):
    return {"name": "Spring", "starts_on": "2027-03-01"} | values


def test_an_instructor_makes_a_group_and_sets_its_days(client, instructor, course, lesson):
    client.force_login(instructor)
    response = client.post(reverse("cohorts:add"), form_of(course=str(course.course_key)))
    cohort = Cohort.objects.get()
    assert response.url == reverse("cohorts:edit", args=[cohort.pk])
    assert cohort.shelf == course.shelf
    page = client.get(response.url).content.decode()
    assert cohort.code in page
    assert lesson.title in page
    client.post(response.url, form_of(**{str(lesson.lesson_key): "2027-03-08"}))
    assert Deadline.objects.get().ends_on == date(2027, 3, 8)
    client.post(response.url, form_of(**{str(lesson.lesson_key): "nonsense"}))
    assert Deadline.objects.exists()
    client.post(response.url, form_of())
    assert not Deadline.objects.exists()
    page = client.get(reverse("cohorts:index")).content.decode()
    assert "Spring" in page


def test_groups_of_other_shelves_are_out_of_reach(client, course, cohort, outsider, preparer):
    stranger = UserFactory(role="instructor")
    elsewhere = make.make_course(make.make_shelf(stranger, "Other"), title="Elsewhere")
    client.force_login(stranger)
    assert client.get(reverse("cohorts:edit", args=[cohort.pk])).status_code == 404
    assert client.post(reverse("cohorts:edit", args=[cohort.pk]), form_of()).status_code == 404
    assert "Autumn" not in client.get(reverse("cohorts:index")).content.decode()
    assert client.post(reverse("cohorts:add"), form_of(course=str(course.course_key))).status_code == 422
    client.post(reverse("cohorts:add"), form_of(course=str(elsewhere.course_key)))
    assert set(Cohort.objects.visible_to(stranger).values_list("name", flat=True)) == {"Spring"}
    for person in (outsider, preparer):
        client.force_login(person)
        for url in (reverse("cohorts:index"), reverse("cohorts:add"), reverse("cohorts:edit", args=[cohort.pk])):
            assert client.get(url).status_code in {302, 403}


def test_her_group_is_in_her_copy(member, cohort):
    assert privacy.export(member)["courses"][0]["cohort__name"] == "Autumn"
    privacy.erase(member)
    assert not Enrolment.objects.exists()
