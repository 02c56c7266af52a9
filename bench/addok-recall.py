"""Asks addok the questions that `recall --write` left in a file, and prints its recall and speed by class.

Usage: addok-recall.py documents ADRESSES.csv.gz OUT.json   writes addok's documents, one street each
       addok-recall.py ask QUESTIONS.tsv                    asks them, one process (addok must be configured and loaded)
       addok-recall.py rows ADDRESSES.csv POINTS.tsv        where each row of ref;adresse;cp;ville is, a process a processor
"""

import csv
import gzip
import json
import math
import multiprocessing
import sys
import time


def documents(path, out):
    streets = {}
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter=";"):
            street_id = "_".join(row["id"].split("_")[:2])
            key = (street_id, row["nom_voie"], row["code_postal"])
            street = streets.setdefault(
                key,
                {
                    "id": street_id,
                    "type": "street",
                    "name": row["nom_voie"],
                    "postcode": row["code_postal"],
                    "citycode": row["code_insee"],
                    "city": ["Paris", row["nom_commune"]],
                    "context": "75, Paris, Île-de-France",
                    "lon": float(row["lon"]),
                    "lat": float(row["lat"]),
                    "housenumbers": {},
                },
            )
            number = f"{row['numero']} {row['rep']}".strip()
            street["housenumbers"][number] = {
                "id": row["id"],
                "lon": float(row["lon"]),
                "lat": float(row["lat"]),
            }
    with open(out, "w", encoding="utf-8") as file:
        for number, street in enumerate(streets.values()):
            street["_id"] = f"s{number}"
            street["importance"] = (math.log1p(2_100_000 / 3) + math.log1p(len(street["housenumbers"]))) / 20
            print(json.dumps(street, ensure_ascii=False), file=file)


def ask(path):
    from addok.config import config
    from addok.core import search

    config.load()

    classes = {}
    with open(path, encoding="utf-8") as rows:
        for line in rows:
            name, text, expected = line.rstrip("\n").split("\t")
            classes.setdefault(name, []).append((text, expected))
    print(f"{'class':<24}{'addok %':>9}{'rows/s':>9}")
    for name, asked in classes.items():
        right = 0
        start = time.perf_counter()
        for text, expected in asked:
            found = search(text, limit=1, autocomplete=False)
            right += bool(found) and getattr(found[0], "id", None) == expected
        seconds = time.perf_counter() - start
        print(f"{name:<24}{100 * right / len(asked):>9.1f}{len(asked) / seconds:>9.0f}", flush=True)


def place(row):
    from addok.core import search

    found = search(" ".join(row[1:]), limit=1, autocomplete=False)
    return (row[0], found[0].lon, found[0].lat) if found else None


def load():
    from addok.config import config

    config.load()


def rows(path, out):
    with open(path, encoding="utf-8", newline="") as lines:
        asked = list(csv.reader(lines, delimiter=";"))[1:]
    with multiprocessing.Pool(initializer=load) as processes, open(out, "w", encoding="utf-8") as points:
        for found in processes.imap(place, asked, chunksize=50):
            if found:
                print(*found, sep="\t", file=points)


if __name__ == "__main__":
    if sys.argv[1:2] == ["documents"]:
        documents(*sys.argv[2:4])
    elif sys.argv[1:2] == ["rows"]:
        rows(*sys.argv[2:4])
    elif sys.argv[1:2] == ["ask"]:
        ask(sys.argv[2])
    else:
        sys.exit(__doc__)
