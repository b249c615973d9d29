"""Any sound file held against a profile: what it measures, what it fails, and what to do about it."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio.audio.decode import AudioInfo
from studio.audio.loudness import Figures
from studio.audio.measure import measure_file
from studio.core.progress import ReportProgress, ignore_progress
from studio.master.profile import Check, Profile, check_figures


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was found in one file.

    Attributes:
        path: the file.
        info: its format.
        figures: measured on its sound, decoded.
        checks: every requirement, met or not.
        failures: a sentence for each that is not met: what is wrong, and by how much to change it.
    """

    path: Path
    info: AudioInfo
    figures: Figures
    checks: tuple[Check, ...]
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every requirement is met."""
        return all(check.passed for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """The report as `studio check --json` prints it; levels rounded to 0.01 dB."""
        return {
            "path": str(self.path),
            "pass": self.passed,
            "figures": {
                "duration_s": round(self.figures.duration_s, 3),
                "rms": round(self.figures.rms_dbfs, 2),
                "peak": round(self.figures.peak_dbfs, 2),
                "true_peak": round(self.figures.true_peak_dbtp, 2),
                "floor": round(self.figures.floor_dbfs, 2),
                "lufs": round(self.figures.lufs, 2),
                "head": round(self.figures.head_s, 2),
                "tail": round(self.figures.tail_s, 2),
            },
            "failures": list(self.failures),
            "checks": [asdict(check) for check in self.checks],
        }


def check_file(
    path: Path,
    profile: Profile,
    *,
    report: ReportProgress = ignore_progress,
    cancelled: Callable[[], bool] = lambda: False,
) -> FileReport:
    """Decode any sound file, measure it, and hold it against a profile, in constant memory.

    Raises:
        NotFoundError: there is no such file.
        InputError: it is not sound of a known kind, or is damaged.
        CancelledError: `cancelled` said so.
    """
    info, figures = measure_file(path, report=report, cancelled=cancelled)
    checks = check_figures(figures, info, profile)
    failures = tuple(_in_words(check, figures, info, profile) for check in checks if not check.passed)
    return FileReport(path, info, figures, checks, failures)


def _in_words(check: Check, figures: Figures, info: AudioInfo, profile: Profile) -> str:
    """A failed check as a sentence; one without advice of its own gives its plain sentence."""
    remedies: dict[str, Callable[[], str]] = {
        "Codec": lambda: f"The sound is coded as {info.codec}; export it as {profile.codec}",
        "Sample rate": lambda: (
            f"The sample rate is {info.sample_rate_hz} Hz; convert it to {profile.sample_rate_hz} Hz"
        ),
        "Channels": lambda: f"The file has {info.channels} channels; mix it to {_channel_word(profile.channels)}",
        "Bit rate": lambda: (
            f"The bit rate is {check.value} kbps; encode it at a constant {profile.bit_rate_bps / 1000:g} kbps"
        ),
        "RMS level": lambda: _level("RMS", figures.rms_dbfs, profile.rms_min_dbfs, profile.rms_max_dbfs, "dBFS"),
        "Peak": lambda: _level("Peak", figures.peak_dbfs, -math.inf, profile.peak_max_dbfs, "dBFS"),
        "True peak": lambda: _level("True peak", figures.true_peak_dbtp, -math.inf, profile.true_peak_max_dbtp, "dBTP"),
        "Noise floor": lambda: _floor(figures.floor_dbfs, profile),
        "Head": lambda: _edge("before the first word", figures.head_s, profile.head_min_s, profile.head_max_s),
        "Tail": lambda: _edge("after the last word", figures.tail_s, profile.tail_min_s, profile.tail_max_s),
        "Length": lambda: (
            f"The file is {figures.duration_s / 60:.1f} min long, more than {profile.max_duration_s / 60:g}; "
            "split it at a section break"
        ),
    }
    remedy = remedies.get(check.name)
    return remedy() if remedy else check.sentence


def _channel_word(channels: int) -> str:
    return {1: "mono", 2: "stereo"}.get(channels, f"{channels} channels")


def _level(name: str, value: float, low: float, high: float, unit: str) -> str:
    if value > high:
        return f"{name} {value:.2f} {unit} is louder than {high:g}; lower it by {_at_least(value - high)} dB"
    return f"{name} {value:.2f} {unit} is quieter than {low:g}; raise it by {_at_least(low - value)} dB"


def _floor(value: float, profile: Profile) -> str:
    if value > profile.floor_max_dbfs:
        less = _at_least(value - profile.floor_max_dbfs)
        return f"Noise floor {value:.2f} dBFS is louder than {profile.floor_max_dbfs:g}; reduce the noise by {less} dB"
    return (
        f"Noise floor {value:.2f} dBFS is dead silence; "
        f"lay room tone of about {profile.room_tone_dbfs:g} dBFS under the whole file"
    )


def _edge(where: str, value_s: float, low_s: float, high_s: float) -> str:
    if value_s > high_s:
        return f"{value_s:.2f} s {where} is more than {high_s:g}; cut {_at_least(value_s - high_s)} s"
    return f"{value_s:.2f} s {where} is less than {low_s:g}; add {_at_least(low_s - value_s)} s of room tone"


def _at_least(amount: float) -> str:
    """An amount to one decimal, rounded up: doing what it says is enough."""
    return f"{math.ceil(amount * 10 - 1e-6) / 10:.1f}"
