"""How tests send a film in parts into a bucket, as the page does."""

import json
import random

import requests

from media_pipeline.sending import multipart

SIZE = 2 * multipart.PART_BYTES + 1234
FILM = random.Random(3).randbytes(SIZE)


def begin(client, **facts):
    facts = {"length": SIZE, "filename": "film.mp4", "title": "蛋炒饭 🍳", "purpose": "submission"} | facts
    return client.post("/parts/", data=json.dumps(facts), content_type="application/json")


def begun(client):
    """Begin an upload and return its address."""
    response = begin(client)
    assert response.status_code == 201
    return f"/parts/{response.json()['id']}/"


def piece(number):
    return FILM[(number - 1) * multipart.PART_BYTES : number * multipart.PART_BYTES]


def send(client, address, number, data=None, endpoint=""):
    """Have one part signed, and put it into the bucket."""
    url = client.post(f"{address}{number}/").json()["address"]
    return requests.put(url, data=piece(number) if data is None else data, timeout=30)


def send_all(client, address):
    for number in (1, 2, 3):
        assert send(client, address, number).status_code == 200
