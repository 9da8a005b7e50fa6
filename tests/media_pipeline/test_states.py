"""The tables of allowed moves."""

import pytest

from media_pipeline import models, reasons, states
from media_pipeline.models.assets import STATE_MESSAGES
from media_pipeline.models.assets import State as AssetChoices
from media_pipeline.models.jobs import State as JobChoices


def test_every_state_has_its_moves_a_name_and_a_sentence():
    assert set(states.ASSET_MOVES) == set(states.AssetState)
    assert set(states.JOB_MOVES) == set(states.JobState)
    assert set(AssetChoices.values) == {state.value for state in states.AssetState}
    assert set(JobChoices.values) == {state.value for state in states.JobState}
    assert set(STATE_MESSAGES) == set(AssetChoices)


def test_a_ready_video_stays_ready():
    with pytest.raises(states.MoveNotAllowed):
        states.check_asset_move("ready", "received")


def test_a_refused_video_is_never_tried_again():
    assert not states.ASSET_MOVES[states.AssetState.REFUSED]


def test_every_move_leads_to_a_settled_state_in_the_end():
    reachable = {state: set(moves) for state, moves in states.ASSET_MOVES.items()}
    for state in states.AssetState:
        seen, ahead = {state}, [state]
        while ahead:
            for following in reachable[ahead.pop()] - seen:
                seen.add(following)
                ahead.append(following)
        assert seen & states.SETTLED


def test_every_reason_has_a_sentence_that_ends_and_does_not_shout():
    codes = {value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)}
    assert codes == set(reasons.MESSAGES)
    for message in reasons.MESSAGES.values():
        assert str(message).endswith(".")
        assert "!" not in str(message)


def test_an_asset_speaks_for_its_reason_before_its_state():
    asset = models.Asset(state="refused", reason=reasons.AUDIO_ONLY, collection_id=1)
    assert asset.message == str(reasons.MESSAGES[reasons.AUDIO_ONLY])
