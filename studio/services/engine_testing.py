"""Use case of the engine test kit: any installed engine, with any voice that it may speak."""

from studio.consent.grant import GrantedVoice, redeem_for_line
from studio.consent.licences import StockVoice
from studio.consent.requests import AUDITION, GateRequest
from studio.core.errors import InputError
from studio.core.ids import new_id
from studio.core.time import utc_now
from studio.render.engine_kit import KitReport, run_kit
from studio.render.plan import check_language, engine_info
from studio.services.context import Context


class EngineTestService:
    """Runs the test kit."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def run(self, name: str, voice_id: str = "") -> KitReport:
        """Test an engine, in this process. Nothing that it says is kept.

        Args:
            name: of an installed engine.
            voice_id: which voice to test it with; a ready one of the engine if empty. That of a person is asked for
                at the gate, as for an audition, every time the kit hands it to the engine.

        Raises:
            NotFoundError: there is no such engine or voice.
            InputError: the engine does not clone voices, and this is one of a person.
            RefusedError: the gate does not let the voice sound.
            MissingError: the voice has no match yet.
        """
        info = engine_info(name)
        context = self._context
        voice = context.voice(voice_id) if voice_id else None
        if voice is None or isinstance(voice, StockVoice):
            return run_kit(name, context.settings.weights, context.voices, voice_id=voice_id, blobs=context.blobs)
        if info.cloning == "none":
            raise InputError(f"{name} speaks no voices of people", hint="Choose one of its own: studio voices list.")
        if voice.engine == name:
            check_language(voice, voice.language)

        def granted() -> GrantedVoice:
            request = GateRequest(voice_id, AUDITION, voice.language, line_key=f"engine-test-{new_id()}", engine=name)
            grant = context.gate.authorize(request)
            return redeem_for_line(grant, request.line_key, home=context.settings.home, now=utc_now())

        context.gate.check(GateRequest(voice_id, AUDITION, voice.language, engine=name))
        return run_kit(name, context.settings.weights, {}, voice_id=voice_id, granted=granted, language=voice.language)
