"""Measurement of a whole sound file of any known kind."""

from collections.abc import Callable
from pathlib import Path

from studio.audio.decode import AudioInfo, open_audio
from studio.audio.loudness import Figures, Meter
from studio.core.errors import CancelledError
from studio.core.progress import Progress, ReportProgress, ignore_progress

_REPORT_EVERY_S = 10.0


def measure_file(
    path: Path, *, report: ReportProgress = ignore_progress, cancelled: Callable[[], bool] = lambda: False
) -> tuple[AudioInfo, Figures]:
    """Decode a sound file and measure it, in constant memory.

    Raises:
        NotFoundError: there is no such file.
        InputError: it is not sound of a known kind, or is damaged.
        CancelledError: `cancelled` said so.
    """
    with open_audio(path) as reader:
        info = reader.info
        meter = Meter(info.sample_rate_hz, info.channels)
        done_s, reported_s = 0.0, 0.0
        for block in reader.blocks():
            meter.add(block)
            done_s += len(block) / info.sample_rate_hz
            if done_s - reported_s >= _REPORT_EVERY_S:
                reported_s = done_s
                report(Progress("Measuring", done_s, info.duration_s, detail=path.name))
                if cancelled():
                    raise CancelledError("measuring was stopped", where=str(path))
    return info, meter.figures()
