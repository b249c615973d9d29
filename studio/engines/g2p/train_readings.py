"""Train the model of `readings_model.py` and write it to `data/readings.tsv.gz`.

    python -m studio.engines.g2p.train_readings FOLDER

FOLDER is a checkout of google-research-datasets/WikipediaHomographData (Apache-2.0; Gorman, Mazovetskiy and Nikolaev,
"Improving homograph disambiguation with supervised machine learning", LREC 2018). Only its training split is read.
"""

import csv
import gzip
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from studio.core.files import write_atomic
from studio.engines.g2p.lexicon import DATA
from studio.engines.g2p.readings_model import SENSES, features, usable
from studio.engines.g2p.text import pieces

_SENSE_LABELS = {
    "aged_adj", "bass", "blessed_adj", "dove_vrb", "invalid_nou", "lead_nou", "learned_adj", "live_adj",
    "lives_vrb", "minute_adj", "read_past", "sow_nou", "wound_vrb",
}  # fmt: skip
_MIN_COUNT = 2
_SMALLEST_WEIGHT = 0.04


def examples(folder: Path, split: str) -> Iterator[tuple[list[str], int, bool]]:
    """Words in lower case, which of them is meant, and whether it has the reading that a positive score stands for."""
    for path in sorted((folder / "data" / split).glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                word, label = row["homograph"], row["wordid"]
                verb = label.endswith("_vrb") and "nou" not in label
                known = word in SENSES or verb or "_nou" in label or "_adj" in label
                if not known or "_geo" in label:
                    continue
                sentence = row["sentence"].encode()
                before = pieces(sentence[: int(row["start"])].decode())
                line = pieces(sentence.decode())
                words = [piece.text.lower() for piece in line]
                places = [place for place, other in enumerate(words) if other == word]
                if places:
                    place = min(places, key=lambda place: abs(place - len(before)))
                    yield words, place, label in _SENSE_LABELS if word in SENSES else verb


def train(folder: Path) -> dict[str, float]:
    """L2-regularised logistic regression; weights by feature."""
    rows, labels = [], []
    for words, index, positive in examples(folder, "train"):
        rows.append([feature for feature in features(words, index) if usable(feature, words[index])])
        labels.append(1.0 if positive else -1.0)
    counts = Counter(feature for row in rows for feature in row)
    column = {feature: place for place, feature in enumerate(sorted(f for f, n in counts.items() if n >= _MIN_COUNT))}
    entries = [(row, column[feature], 1.0) for row, found in enumerate(rows) for feature in found if feature in column]
    at, columns, values = zip(*entries, strict=True)
    matrix = csr_matrix((values, (at, columns)), shape=(len(rows), len(column)))
    target = np.array(labels)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = target * (matrix @ weights)
        slope = -target / (1 + np.exp(margin))
        return float(np.logaddexp(0, -margin).sum() + 0.5 * weights @ weights), matrix.T @ slope + weights

    solved = minimize(loss, np.zeros(len(column)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    scaled = {f: float(w) for f, w in zip(sorted(column), solved.x, strict=True)}
    return {feature: weight for feature, weight in scaled.items() if abs(weight) >= _SMALLEST_WEIGHT}


def main(folder: Path) -> None:
    """Write the model."""
    lines = [f"{feature}\t{weight:.2f}\n" for feature, weight in sorted(train(folder).items())]
    write_atomic(DATA / "readings.tsv.gz", gzip.compress("".join(lines).encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
