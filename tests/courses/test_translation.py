"""A lesson translated side by side keeps the names of its pieces."""

from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from courses.grading import quiz_of


def translate(page, locale, words):
    """Translate ``page`` as the admin does, with some ``words`` given."""
    source, _made = TranslationSource.update_or_create_from_instance(page)
    translation = Translation.objects.create(source=source, target_locale=locale)
    for segment in source.stringsegment_set.select_related("string", "context"):
        if segment.string.data in words:
            StringTranslation.objects.create(
                translation_of=segment.string, locale=locale, context=segment.context, data=words[segment.string.data]
            )
    translation.save_target(publish=True)
    return page.get_translation(locale)


def test_pieces_questions_and_answers_keep_their_ids(chinese, course, lesson):
    translate(course, chinese, {"Your first video": "第一支影片"})
    words = {
        "Where is the light?": "光在哪里？",
        "Behind": "后面",
        "About Behind": "看看窗户",
        "Film at the window": "在窗边拍",
    }
    target = translate(lesson, chinese, words)
    assert target.slug == lesson.slug
    assert [(p.id, p.kind) for p in target.pieces] == [(p.id, p.kind) for p in lesson.pieces]
    ours, theirs = quiz_of(lesson.pieces[2]), quiz_of(target.pieces[2])
    assert theirs.questions[0].text == "光在哪里？"
    assert [q.right_ids for q in theirs.questions] == [q.right_ids for q in ours.questions]
    assert theirs.questions[0].options[1].feedback == "看看窗户"
    assert target.pieces[1].asset_id == lesson.pieces[1].asset_id


def test_a_translated_lesson_is_read_in_its_language(
    client, chinese, course, lesson, enrolled, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):  # it is published after the commit
        translate(course, chinese, {})
    with django_capture_on_commit_callbacks(execute=True):
        target = translate(lesson, chinese, {"Window light": "窗边的光"})
    client.force_login(enrolled)
    page = client.get(target.url).content.decode()
    assert target.url.startswith("/zh-hans/courses/")
    assert "窗边的光" in page
    assert "Where is the light?" in page
