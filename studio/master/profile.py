"""What a mastered file must be, and the check of what it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from studio.audio.decode import AudioInfo
from studio.audio.loudness import Figures
from studio.core.errors import NotFoundError

CHAIN_VERSION = "2"
"""Changes whenever equal takes would be mastered differently; part of every master's key."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Figures that a shop or broadcaster asks for, and the aims that meet them.

    Attributes:
        name: as on the command line.
        sample_rate_hz: of master and delivery.
        channels: 1 for mono.
        codec: of the delivery.
        bit_rate_bps: of every frame of the delivery.
        rms_target_dbfs: level that mastering aims at, measured on the decoded delivery.
        rms_min_dbfs: least level accepted.
        rms_max_dbfs: greatest level accepted.
        peak_max_dbfs: greatest sample accepted.
        true_peak_max_dbtp: greatest true peak accepted.
        ceiling_dbtp: of the limiter; below `peak_max_dbfs` by what the codec may add.
        floor_min_dbfs: a noise floor below this is dead silence, which sounds broken.
        floor_max_dbfs: greatest noise floor accepted.
        room_tone_dbfs: level of the tone that is laid under everything.
        head_s: room tone before the first word.
        head_min_s: least accepted.
        head_max_s: most accepted.
        tail_s: room tone after the last word.
        tail_min_s: least accepted.
        tail_max_s: most accepted.
        max_duration_s: longest file accepted.
    """

    name: str
    sample_rate_hz: int
    channels: int
    codec: str
    bit_rate_bps: int
    rms_target_dbfs: float
    rms_min_dbfs: float
    rms_max_dbfs: float
    peak_max_dbfs: float
    true_peak_max_dbtp: float
    ceiling_dbtp: float
    floor_min_dbfs: float
    floor_max_dbfs: float
    room_tone_dbfs: float
    head_s: float
    head_min_s: float
    head_max_s: float
    tail_s: float
    tail_min_s: float
    tail_max_s: float
    max_duration_s: float


ACX = Profile(
    name="acx",
    sample_rate_hz=44_100,
    channels=1,
    codec="mp3",
    bit_rate_bps=192_000,
    rms_target_dbfs=-20.5,
    rms_min_dbfs=-23.0,
    rms_max_dbfs=-18.0,
    peak_max_dbfs=-3.0,
    true_peak_max_dbtp=-3.0,
    ceiling_dbtp=-3.6,
    floor_min_dbfs=-90.0,
    floor_max_dbfs=-60.0,
    room_tone_dbfs=-68.0,
    head_s=0.75,
    head_min_s=0.5,
    head_max_s=1.0,
    tail_s=3.0,
    tail_min_s=1.0,
    tail_max_s=5.0,
    max_duration_s=7200.0,
)
"""ACX audio submission requirements (Audible); the noise floor's lower bound is that of Audacity's ACX Check."""

PROFILES = MappingProxyType({profile.name: profile for profile in (ACX,)})


def find_profile(name: str) -> Profile:
    """A profile by name.

    Raises:
        NotFoundError: there is none.
    """
    if name not in PROFILES:
        raise NotFoundError(f"there is no mastering profile '{name}'", hint=f"Known: {', '.join(PROFILES)}.")
    return PROFILES[name]


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement and what was found, in words for the user.

    Attributes:
        name: what was looked at ("RMS level").
        passed: whether it meets the requirement.
        value: what was found ("-20.5").
        unit: its unit; empty if it has none.
        required: what it must be ("-23 to -18").
    """

    name: str
    passed: bool
    value: str
    unit: str
    required: str

    @property
    def sentence(self) -> str:
        """The check as one line: "RMS level -24.1 dBFS, must be -23 to -18 dBFS"."""
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.name} {self.value}{unit}, must be {self.required}{unit}"


def check_figures(figures: Figures, info: AudioInfo, profile: Profile) -> tuple[Check, ...]:
    """Hold a file's figures and format against a profile: every requirement, passed or not, in a fixed order."""
    return (*_format_checks(info, profile), *_sound_checks(figures, profile))


def _format_checks(info: AudioInfo, profile: Profile) -> Iterator[Check]:
    yield _equal("Codec", info.codec, profile.codec)
    yield _equal("Sample rate", str(info.sample_rate_hz), str(profile.sample_rate_hz), "Hz")
    yield _equal("Channels", str(info.channels), str(profile.channels))
    rate = f"{info.bit_rate_bps / 1000:g}" + ("" if info.constant_bit_rate else " variable")
    yield _equal("Bit rate", rate, f"{profile.bit_rate_bps / 1000:g}", "kbps")


def _sound_checks(figures: Figures, profile: Profile) -> Iterator[Check]:
    yield _between("RMS level", figures.rms_dbfs, profile.rms_min_dbfs, profile.rms_max_dbfs, "dBFS")
    yield _at_most("Peak", figures.peak_dbfs, profile.peak_max_dbfs, "dBFS")
    yield _at_most("True peak", figures.true_peak_dbtp, profile.true_peak_max_dbtp, "dBTP")
    yield _between("Noise floor", figures.floor_dbfs, profile.floor_min_dbfs, profile.floor_max_dbfs, "dBFS")
    yield _between("Head", figures.head_s, profile.head_min_s, profile.head_max_s, "s")
    yield _between("Tail", figures.tail_s, profile.tail_min_s, profile.tail_max_s, "s")
    yield _at_most("Length", figures.duration_s / 60, profile.max_duration_s / 60, "min")


def _equal(name: str, value: str, required: str, unit: str = "") -> Check:
    return Check(name, value == required, value, unit, required)


def _between(name: str, value: float, low: float, high: float, unit: str) -> Check:
    return Check(name, low <= value <= high, f"{value:.2f}", unit, f"{low:g} to {high:g}")


def _at_most(name: str, value: float, high: float, unit: str) -> Check:
    return Check(name, value <= high, f"{value:.2f}", unit, f"at most {high:g}")
