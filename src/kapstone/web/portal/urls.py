"""The pages of a person and of those they let in."""

from django.urls import URLPattern, path

from kapstone.web.portal import (
    alone,
    beside,
    care,
    consent,
    data,
    evening,
    first_words,
    found,
    intake,
    integration,
    library,
    measures,
    own_calendar,
    own_words,
    preparation,
    reach,
    session,
    sheets,
    today,
    together,
    tracks,
)

app_name = "portal"
urlpatterns: list[URLPattern] = [
    # today, journey
    path("", today.today, name="today"),
    path("journey/", today.journey, name="journey"),
    path("what-we-found/", found.what_we_found, name="what_we_found"),
    # intake, my data
    path("intake/", intake.intake, name="intake"),
    path("intake/done/", intake.intake_done, name="intake_done"),
    path("intake/<str:name>/", intake.question, name="question"),
    path("data/", data.data, name="data"),
    path("data/reach/", reach.reach, name="reach"),
    path("data/calendar/", own_calendar.own_calendar, name="own_calendar"),
    path("data/export/", data.export, name="export"),
    path("data/statements/<int:pk>/", data.confirm, name="confirm"),
    path("data/companions/", data.let_in, name="let_in"),
    path("data/companions/<int:pk>/", data.let_go, name="let_go"),
    # consent, preparation, safety plan
    path("consent/", consent.consent, name="consent"),
    path("consent/questions/", consent.read_back, name="read_back"),
    path("consent/sign/", consent.sign, name="sign"),
    path("consent/withdraw/", consent.withdraw, name="withdraw"),
    path("consent/<int:pk>/pdf/", consent.consent_pdf, name="consent_pdf"),
    path("preparation/", preparation.preparation, name="preparation"),
    path("preparation/words/", own_words.own_words, name="own_words"),
    path("preparation/words/<str:name>/", own_words.answer, name="own_answer"),
    path("preparation/music/", own_words.music, name="music"),
    path("preparation/exercises/", own_words.exercises, name="exercises"),
    path("preparation/exercises/<str:name>/", own_words.mark_exercise, name="exercise_helps"),
    path("safety-plan/", care.safety_plan, name="safety_plan"),
    path("help/", care.help_now, name="help"),
    # dose day
    path("sessions/<int:pk>/", session.session, name="session"),
    path("sessions/<int:pk>/evening/", evening.evening, name="evening"),
    path("sessions/<int:pk>/home-card/", session.going_home, name="going_home"),
    path("sessions/<int:pk>/home-card/pdf/", session.going_home_pdf, name="going_home_pdf"),
    # questionnaires, journal, commitments
    path("sheets/<int:pk>/", sheets.sheet, name="sheet"),
    path("sheets/<int:pk>/taps/", sheets.sheet_taps, name="sheet_taps"),
    path("sheets/<int:pk>/shape/", sheets.sheet_shape, name="sheet_shape"),
    path("sheets/<int:pk>/help/", sheets.sheet_help, name="sheet_help"),
    path("sheets/<int:pk>/finish/", sheets.finish, name="sheet_finish"),
    path("measures/", measures.measures, name="measures"),
    path("measures/pdf/", measures.measures_pdf, name="measures_pdf"),
    path("measures/<str:name>/sharing/", measures.share, name="share"),
    path("insights/", integration.insight, name="insight"),
    path("insights/<int:pk>/meaning/", integration.meaning, name="meaning"),
    path("insights/<int:pk>/commitment/", integration.commitment, name="commitment"),
    path("commitments/<int:pk>/", integration.check_in, name="check_in"),
    path("helped/", integration.helped, name="helped"),
    # first words
    path("first-words/", first_words.first_words, name="first_words"),
    path("first-words/phones/", first_words.trust_phone, name="trust_phone"),
    path("first-words/phones/<int:pk>/back/", first_words.take_phone_back, name="take_phone_back"),
    path("first-words/<int:pk>/sound/", first_words.hear, name="hear_first_words"),
    path("first-words/<int:pk>/delete/", first_words.delete, name="delete_first_words"),
    path("journal/", integration.journal, name="journal"),
    path("journal/<int:pk>/share/", integration.share_journal, name="share_journal"),
    # the space of a couple, and what each is asked alone
    path("together/", together.together, name="together"),
    path("together/share/", together.share, name="share_item"),
    path("together/end/", together.end, name="end_couple"),
    path("together/intentions/", together.propose, name="propose"),
    path("together/intentions/<int:pk>/agree/", together.agree, name="agree"),
    path(
        "together/intentions/<int:pk>/let-go/", together.let_intention_go, name="let_intention_go"
    ),
    path("together/agreements/<str:about>/", together.agree_for_both, name="agree_for_both"),
    path("together/<int:pk>/back/", together.take_back, name="take_back"),
    path("own/<str:name>/", tracks.own_track, name="own_track"),
    path("questions/", alone.questions, name="questions"),
    # library
    path("library/", library.library, name="library"),
    path("library/<slug:name>/", library.article, name="article"),
    path("library/<slug:name>/read/", library.mark_read, name="mark_read"),
    path("library/<slug:name>/ask/", library.ask, name="ask_about"),
    # messages, companions
    path("messages/", care.messages, name="messages"),
    path("with/", beside.people, name="with"),
    path("with/<int:pk>/", beside.person, name="with_person"),
]
