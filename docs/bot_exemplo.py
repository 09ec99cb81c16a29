"""A bot in sixty lines: the customer's help in a terminal, over the API. Python alone is enough.

KBWIZARD_URL=http://127.0.0.1:8000 KBWIZARD_TOKEN=kbw_… python docs/bot_exemplo.py
"""

import json
import os
import time
import urllib.error
import urllib.request

URL = os.environ.get("KBWIZARD_URL", "http://127.0.0.1:8000") + "/api/v1"
TOKEN = os.environ["KBWIZARD_TOKEN"]


def call(path, body=None):
    """One request; a body makes it a POST. The API's own words come back when it refuses."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    try:
        request = urllib.request.Request(URL + path, data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        print("!", json.load(error)["detail"])
        return None


def choose(question):
    """Ask the customer; an empty line is "não sei", `p` is a person. `label` is not for them."""
    for number, option in enumerate(question["options"], 1):
        print(f"  {number}. {option['label']}")
    said = input("> ").strip()
    if said == "p":
        raise LookupError
    if said.isdigit() and question["options"]:
        return question["options"][(int(said) - 1) % len(question["options"])]["value"]
    return said or None


def step(walk):
    """Show one step and send what the customer says or does; answers the walk as it stands then."""
    at, here = walk["step"], f"/walks/{walk['walk']}"
    print("\n" + "\n".join(at[name] for name in ("warning", "text", "help") if at.get(name)))
    if at["questions"]:
        answers = {one["fact"]: choose(one) for one in at["questions"]}
        return call(here + "/answers", {"visit": at["visit"], "answers": answers})
    if at["kind"] in ("reading", "wait"):
        time.sleep(min(at.get("retry_after_s", 2), 5))
        return call(here)
    if input(f"[Enter] {at.get('confirm', 'Certo')} ").strip() == "p":
        raise LookupError
    deed = "/conclusions" if at["kind"] == "outcome" else "/confirmations"
    return call(here + deed, {"visit": at["visit"]})


if __name__ == "__main__":
    district = input("Em que bairro? ").strip()
    walk = (district and call("/walks", {"district": district})) or call("/walks", {})
    try:
        while walk and walk["state"] == "walking" and not walk["news"]:
            walk = step(walk) or call(f"/walks/{walk['walk']}")
    except LookupError:
        told = call(f"/walks/{walk['walk']}/person", {})
        print(f"Diga ao atendente: {told['protocol']}, código {told['code']}")
    print(walk["news"]["text"] if walk and walk["news"] else "Até logo!")
