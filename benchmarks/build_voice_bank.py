"""Builds voices/voice-bank.npz: what the built-in voices sound like, by two encoders and in pitch.

Every pack says the same English sentences; a print is of all of them together. Run it again when the engine, the packs
or an encoder change: `python benchmarks/build_voice_bank.py`.
"""

import tempfile
from pathlib import Path

import numpy as np

from studio.audio.flac import read_take
from studio.bootstrap import environment, open_studio, read_settings
from studio.core.files import write_atomic
from studio.hearing.pitch import semitones, track_pitch
from studio.hearing.speakers import SpeakerEncoder

SENTENCES = (
    "Grey waves rolled past the lighthouse while the keeper counted ships.",
    "You may think it strange, but I would rather walk than ride.",
    "Above the village, four children were flying a broken kite.",
)
TARGET = Path(__file__).parent.parent / "voices" / "voice-bank.npz"


def main() -> None:
    encoder = SpeakerEncoder()
    rows = []
    with tempfile.TemporaryDirectory() as home:
        wanted = {**environment(), "VIVAVOCE_HOME": home}
        wanted.setdefault("VIVAVOCE_WEIGHTS", str(read_settings(environment()).weights))
        studio = open_studio(read_settings(wanted, workers=2))
        try:
            voices = [voice for voice in studio.casting.voices() if voice.engine == "kokoro"]
            for voice in voices:
                said = [read_take(studio.auditions.say(text, voice.id, language="en-US").take) for text in SENTENCES]
                samples, rate_hz = np.concatenate([sound for sound, _ in said]), said[0][1]
                pitch = track_pitch(samples, rate_hz)
                hz = pitch.hz[pitch.voiced]
                mean_hz = float(np.exp(np.log(hz).mean()))
                made = encoder.voiceprint(samples, rate_hz)
                rows.append((voice, made, mean_hz, float(semitones(hz, mean_hz).std())))
                print(f"{voice.id:14} {mean_hz:5.0f} Hz  {rows[-1][3]:.1f} st", flush=True)
        finally:
            studio.close()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bank.npz"
        np.savez_compressed(
            path,
            voice_id=np.array([voice.id for voice, *_ in rows]),
            female=np.array([voice.sex == "female" for voice, *_ in rows]),
            resemblyzer=np.array([made.resemblyzer for _, made, *_ in rows], np.float32),
            campplus=np.array([made.campplus for _, made, *_ in rows], np.float32),
            pitch_hz=np.array([hz for *_, hz, _ in rows], np.float32),
            range_st=np.array([spread for *_, spread in rows], np.float32),
        )
        write_atomic(TARGET, path.read_bytes())
    print(f"{TARGET}: {len(rows)} voices, {TARGET.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
