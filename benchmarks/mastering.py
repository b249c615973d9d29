"""How fast mastering is and how much memory it takes: a short chapter and a long one, each in a process of its own.

    python benchmarks/mastering.py [--minutes 10 300] [--takes FOLDER]

Without a folder of takes (mono FLAC), speech-like ones are made. Prints one line of JSON per chapter, and how much more
memory the longest took than the shortest.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

_RATE_HZ = 24_000
_PAUSE_S = 0.6
_CLIPS = 20
_TRIMMED = 1.2  # trimming takes the quiet edges of takes away, and the chapter is to be as long as it was asked for


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, nargs="+", default=[10, 300])
    parser.add_argument("--takes", type=Path)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.one:
            print(json.dumps(master(options.takes, options.minutes[0] * 60, Path(folder))))
            return
        takes = options.takes or make_takes(Path(folder))
        peaks_mb = []
        for minutes in sorted(options.minutes):
            command = [sys.executable, __file__, "--one", "--takes", str(takes), "--minutes", str(minutes)]
            figures = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
            print(figures, flush=True)
            peaks_mb.append(json.loads(figures)["peak_rss_mb"])
        print(f"memory grew by {peaks_mb[-1] - peaks_mb[0]:.1f} MB")


def make_takes(folder: Path) -> Path:
    from studio.audio.flac import encode_take

    rng = np.random.default_rng(1)
    for number in range(_CLIPS):
        t = np.arange(round(rng.uniform(2, 9) * _RATE_HZ)) / _RATE_HZ
        buzz = sum(np.cos(2 * np.pi * 120 * k * t + 0.35 * k * k) / k for k in range(1, 25))
        voice = buzz * np.clip(np.sin(2 * np.pi * 2.1 * t + number), 0.02, None) + 0.05 * rng.standard_normal(len(t))
        (folder / f"{number:02d}.flac").write_bytes(encode_take((0.08 * voice).astype(np.float32), _RATE_HZ))
    return folder


def master(takes: Path, seconds: float, folder: Path) -> dict[str, float]:
    from studio.audio.flac import length
    from studio.master.chapter import Clip, master_chapter
    from studio.master.profile import ACX

    paths = sorted(takes.glob("*.flac"))
    clips: list[Clip] = []
    planned_s = 0.0
    while planned_s < seconds * _TRIMMED:
        path = paths[len(clips) % len(paths)]
        samples, rate_hz = length(path)
        clips.append(Clip(path, _PAUSE_S))
        planned_s += samples / rate_hz + _PAUSE_S
    profile = replace(ACX, max_duration_s=2 * seconds)  # the long chapter is longer than ACX would take
    started, cpu = time.perf_counter(), os.times()
    mastered = master_chapter(clips, folder / "master.flac", profile=profile, seed=1)
    wall_s, spent = time.perf_counter() - started, os.times()
    cpu_s = spent.user + spent.system - cpu.user - cpu.system
    return {
        "audio_s": round(mastered.figures.duration_s, 1),
        "wall_s": round(wall_s, 1),
        "cpu_s": round(cpu_s, 1),
        "real_time_factor_cpu": round(mastered.figures.duration_s / cpu_s, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "rms_dbfs": round(mastered.figures.rms_dbfs, 2),
        "true_peak_dbtp": round(mastered.figures.true_peak_dbtp, 2),
        "max_limiting_db": round(mastered.max_limiting_db, 2),
    }


if __name__ == "__main__":
    main()
