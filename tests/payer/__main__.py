"""``python -m tests.payer``: serves on a free port of this machine and prints it.

Besides the operations of PAS there are doors for the test alone:

- ``POST /behave`` takes a list of misbehaviours for the next submissions: ``"500"`` (refuses before it reads),
  ``"500 after"`` (takes the request, then fails), ``"drop"`` (hangs up before it reads), ``"drop after"`` (takes the
  request, then hangs up), ``"delay 0.5"`` (takes it, answers so many seconds later).
- ``POST /decide`` with ``{"number": …, "action": "A1"}`` decides a pended request and notifies every subscriber.
- ``GET /ledger`` says what was taken.
"""

import json
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.payer.deciding import NOW, decide
from tests.payer.structure import PAS, faults

Json = dict[str, Any]
TOPIC = "http://hl7.org/fhir/us/davinci-pas/SubscriptionTopic/PASSubscriptionTopic"
STATUS = "urn:uuid:0b1f3b2e-5a65-4e43-9ac5-1a2f4f3c2d10"


class Office:
    """What the payer knows: requests by number, answers, subscribers."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.requests: dict[str, Json] = {}
        self.answers: dict[str, Json] = {}
        self.replaced: set[str] = set()
        self.received: list[str] = []
        self.inquired = 0
        self.subscribers: list[Json] = []
        self.behaviour: list[str] = []
        self.notified = 0

    def take(self, bundle: Json) -> tuple[int, Json]:
        """A request taken and answered; refused if its number stands already."""
        number = bundle["identifier"]["value"]
        claim = bundle["entry"][0]["resource"]
        with self.lock:
            if number in self.requests:
                return 409, outcome(["a request with this number was taken already"], "duplicate")
            for related in claim.get("related", []):
                earlier = related["reference"]["value"]
                if earlier not in self.requests or earlier in self.replaced:
                    return 422, outcome(["the earlier request is not known or was replaced"], "not-found")
                self.replaced.add(earlier)
            self.requests[number] = bundle
            overruled = "A1" if all(takes_back(item) for item in claim["item"]) else None
            self.answers[number] = decide(bundle, f"C{len(self.requests)}", overruled)
            return 200, self.answers[number]

    def look_up(self, inquiry: Json) -> Json:
        """The answers to a member's requests of one number."""
        with self.lock:
            self.inquired += 1
            wanted = inquiry["entry"][0]["resource"]["identifier"][0]["value"]
            found = [self.answers[wanted]] if wanted in self.answers else []
        parameters = [{"name": "responseBundle", "resource": answer} for answer in found]
        return {"resourceType": "Parameters", **({"parameter": parameters} if parameters else {})}

    def decide_now(self, number: str, action: str) -> None:
        """A pended request decided, and every subscriber told."""
        with self.lock:
            case = self.answers[number]["identifier"]["value"]
            answer = self.answers[number] = decide(self.requests[number], case, action)
            self.notified += 1
            event = self.notified
        for subscriber in self.subscribers:
            tell(subscriber, answer, event)


OFFICE = Office()


def notification_of(answer: Json, event: int) -> Json:
    """A notification with the whole answer."""
    focus = f"https://payer.example/fhir/Bundle/{answer['identifier']['value']}"
    said = [
        {"name": "subscription", "valueReference": {"reference": "Subscription/1"}},
        {"name": "topic", "valueCanonical": TOPIC},
        {"name": "status", "valueCode": "active"},
        {"name": "type", "valueCode": "event-notification"},
        {
            "name": "notification-event",
            "part": [
                {"name": "event-number", "valueString": str(event)},
                {"name": "focus", "valueReference": {"reference": focus}},
            ],
        },
    ]
    return {
        "resourceType": "Bundle",
        "type": "history",
        "timestamp": NOW,
        "entry": [
            {"fullUrl": STATUS, "resource": {"resourceType": "Parameters", "parameter": said}},
            {"fullUrl": focus, "resource": answer},
        ],
    }


def tell(subscriber: Json, answer: Json, event: int) -> None:
    """Send a notification, with the header that the subscriber asked for."""
    name, _, value = subscriber["channel"]["header"][0].partition(": ")
    headers = {"Content-Type": "application/fhir+json", name: value}
    body = json.dumps(notification_of(answer, event)).encode()
    urllib.request.urlopen(urllib.request.Request(subscriber["channel"]["endpoint"], body, headers), timeout=10).read()


def takes_back(item: Json) -> bool:
    """True for a line that is cancelled."""
    said = next(one for one in item["extension"] if one["url"] == f"{PAS}extension-certificationType")
    return said["valueCodeableConcept"]["coding"][0]["code"] == "3"


def outcome(issues: list[str], code: str = "invalid") -> Json:
    """An OperationOutcome."""
    listed = [{"severity": "error", "code": code, "diagnostics": issue} for issue in issues]
    return {"resourceType": "OperationOutcome", "issue": listed}


class Counter(BaseHTTPRequestHandler):
    """Where requests come in."""

    def log_message(self, *said: Any) -> None:
        """Nothing: what comes in is about a patient."""

    def do_GET(self) -> None:
        known = {"authorizations": sorted(set(OFFICE.answers) - OFFICE.replaced), "received": OFFICE.received}
        self.say(200, known | {"inquired": OFFICE.inquired})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/behave":
            OFFICE.behaviour.extend(body)
            return self.say(200, {})
        if self.path == "/decide":
            OFFICE.decide_now(body["number"], body["action"])
            return self.say(200, {})
        if self.path == "/fhir/Subscription":
            return self.subscribe(body)
        operation = self.path.rpartition("/")[2]
        if operation == "$inquire":
            found = faults(body, operation)
            return self.say(400, outcome(found)) if found else self.say(200, OFFICE.look_up(body))
        if operation == "$submit":
            return self.submitted(body)
        return self.say(404, outcome(["no such operation"], "not-found"))

    def submitted(self, body: Json) -> None:
        behaviour = OFFICE.behaviour.pop(0) if OFFICE.behaviour else ""
        if behaviour == "500":
            return self.say(500, outcome(["out of order"], "exception"))
        if behaviour == "drop":
            return self.hang_up()
        found = faults(body, "$submit")
        if found:
            return self.say(400, outcome(found))
        OFFICE.received.append(body["identifier"]["value"])
        status, answer = OFFICE.take(body)
        if behaviour == "500 after":
            return self.say(500, outcome(["out of order"], "exception"))
        if behaviour == "drop after":
            return self.hang_up()
        if behaviour.startswith("delay"):
            time.sleep(float(behaviour.split()[1]))
        return self.say(status, answer)

    def subscribe(self, body: Json) -> None:
        if body.get("criteria") != TOPIC or f"{PAS}profile-subscription" not in body["meta"]["profile"]:
            return self.say(422, outcome(["no subscription of PAS"]))
        OFFICE.subscribers.append(body)
        return self.say(201, body | {"status": "active", "id": str(len(OFFICE.subscribers))})

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def say(self, status: int, value: Json) -> None:
        body = json.dumps(value).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    """Serves this machine only; a caller who has hung up is no error."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError | ValueError):
            super().handle_error(request, client_address)


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Counter)
    print(server.server_address[1], flush=True)
    server.serve_forever()
