"""The person on the phone: speaks when asked, hides until asked, the same for the same seed.

Everything said is invented. What is true is in the exercise's `knows`; how it is said follows the
mood; what was hidden comes out with the fact it belongs to, and contradicts what was said before
where the exercise wants it to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kbwizard.training.exercise import Exercise
from kbwizard.wizard.facts import FactSpec, Reason, Registry, Scalar, Unavailable

UNSURE = Unavailable(Reason.PERSON_UNSURE)
FIRST = (
    *("Alba", "Breno", "Celina", "Dirceu", "Elza", "Firmino", "Glória", "Heitor", "Iracema"),
    *("Jonas", "Lídia", "Moacir", "Nilza", "Otávio", "Perla", "Quirino", "Rute", "Silvano"),
)
LAST = (
    *("Aroeira", "Baraúna", "Cajueiro", "Figueira", "Ipê", "Jatobá", "Laranjeira", "Mangueira"),
    *("Paineira", "Quaresmeira", "Sucupira", "Tamarindo"),
)
"""Names made of trees: nobody's."""

MOOD_YES: Mapping[str, tuple[str, ...]] = {
    "calm": ("Deixa eu ver… {value}.", "Aqui está assim: {value}."),
    "hurried": ("{value}. Anda, por favor.", "{value}, e aí?"),
    "upset": ("{value}! Já é a terceira vez que eu falo isso.", "{value}. Isso é um absurdo."),
    "offensive": ("{value}, será que é difícil de entender?", "{value}. Que atendimento é esse?"),
    "silent": ("… {value}.", "Hum. {value}."),
    "elderly": ("Espera, meu bem, deixa eu pôr os óculos… {value}.", "Acho que é {value}, viu?"),
    "technical": ("{value}. Já conferi duas vezes.", "{value}, pode anotar."),
    "talkative": ("{value}! Igual no ano passado, sabe? Mas aí é outra história.",
                  "Ah, {value}. Eu estava até comentando aqui em casa."),
}  # fmt: skip
MOOD_UNSURE: Mapping[str, str] = {
    "calm": "Isso eu não sei dizer.",
    "hurried": "Não sei, não dá para ver isso daí?",
    "upset": "Como é que eu vou saber?",
    "offensive": "Eu é que tenho que saber?",
    "silent": "… não sei.",
    "elderly": "Ai, disso eu não entendo, não.",
    "technical": "Isso eu não tenho como ver daqui.",
    "talkative": "Nem imagino! Nunca reparei, acredita?",
}
MOOD_AGAIN: Mapping[str, str] = {
    "calm": "Como eu disse: ",
    "hurried": "Já respondi isso. ",
    "upset": "De novo a mesma pergunta? ",
    "offensive": "Você não escuta? ",
    "silent": "… já falei. ",
    "elderly": "Eu já não tinha dito? ",
    "technical": "Repetindo: ",
    "talkative": "Ué, acho que eu já contei. ",
}
FORMAL: Mapping[str, str] = {
    "protocol.told": "Pode falar… anotei o protocolo.",
    "caller.name": "Aqui é {caller}.",
    "contact.phone": "Pode ligar no {value}.",
    "contact.best_time": "O melhor é {value}.",
    "order.contact_name": "Quem recebe é {value}.",
    "order.contact_phone": "O telefone daqui é {value}.",
    "order.date": "Pode ser dia {value}.",
    "order.fees_told": "Tudo bem, entendi a parte da taxa.",
    "order.absence_told": "Certo, vai ter um adulto em casa.",
}
HOLDER = {
    True: "Sou eu, o contrato está no meu nome.",
    False: "O contrato não está no meu nome, não.",
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is who in one try. Invented, drawn by the seed."""

    holder: str
    caller: str
    phone: str


def cast_of(exercise: Exercise, seed: int) -> Cast:
    """The names and the phone of a try."""
    chance = Random(f"{exercise.id} {seed} elenco")
    persona = exercise.persona
    holder = persona.name or f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    other = chance.choice([name for name in FIRST if not holder.startswith(name)])
    caller = holder if persona.holder else persona.caller or f"{other} {holder.split()[-1]}"
    return Cast(holder, caller, f"(11) 90000-00{chance.randrange(10, 100)}")


class VirtualCustomer:
    """One caller in one try. `today`: the local day on which the call began."""

    def __init__(self, exercise: Exercise, seed: int, registry: Registry, today: date) -> None:
        self.exercise = exercise
        self.seed = seed
        self.cast = cast_of(exercise, seed)
        self._specs = registry.facts
        self._common = _common(self.cast, exercise, today)

    def opening(self) -> str:
        """The first thing said, before anything was asked."""
        return self._fill(self._chance("abertura").choice(self.exercise.persona.opening))

    def truth(self, fact: str, nth: int = 0) -> Scalar | Unavailable:
        """What they would truly answer when asked for the `nth` time (from 0)."""
        values = self.exercise.persona.knows.get(fact)
        if not values:
            return self._common.get(fact, UNSURE)
        value = values[min(nth, len(values) - 1)]
        return self._fill(value) if isinstance(value, str) else value

    def said(self, fact: str, *, nth: int = 0, times: int = 0, visit: int = 0) -> str:
        """The phrase. `times`: how often this very question was asked before at this visit."""
        persona, value = self.exercise.persona, self.truth(fact, nth)
        chance = self._chance(f"{fact} {nth} {visit}")
        own = persona.says.get(fact)
        if own:
            phrase = own[min(nth, len(own) - 1)] if nth else chance.choice(own)
        elif isinstance(value, Unavailable):
            phrase = MOOD_UNSURE[persona.mood]
        elif fact == "caller.is_holder":
            phrase = HOLDER[value is True]
        elif fact in FORMAL:
            phrase = FORMAL[fact]
        else:
            phrase = chance.choice(MOOD_YES[persona.mood])
        told = self._fill(phrase).replace("{value}", self._shown(fact, value))
        hidden = persona.reveals.get(fact, "")
        if hidden and not times:
            told += " " + self._fill(hidden)
        return MOOD_AGAIN[persona.mood] + told if times else told

    def asks(self, visit: int) -> str:
        """What they ask by themself at a visit; empty most of the time."""
        questions = self.exercise.persona.asks
        chance = self._chance(f"pergunta {visit}")
        return self._fill(chance.choice(questions)) if questions and chance.random() < 0.3 else ""

    def _shown(self, fact: str, value: Scalar | Unavailable) -> str:
        if isinstance(value, Unavailable):
            return "não sei"
        spec: FactSpec | None = self._specs.get(fact)
        label = spec.label_of(value, "customer") if spec is not None else str(value)
        if isinstance(value, bool) and (spec is None or not spec.values):
            return "sim" if value else "não"
        return label

    def _chance(self, what: str) -> Random:
        return Random(f"{self.exercise.id} {self.seed} {what}")

    def _fill(self, text: str) -> str:
        cast = self.cast
        return (
            text.replace("{holder}", cast.holder)
            .replace("{caller}", cast.caller)
            .replace("{phone}", cast.phone)
        )


def _common(cast: Cast, exercise: Exercise, today: date) -> dict[str, Scalar]:
    """What anybody on the phone knows, unless the exercise says otherwise."""
    visit = today + timedelta(days=2)
    return {
        "protocol.told": True,
        "caller.name": cast.caller,
        "caller.is_holder": exercise.persona.holder,
        "customer.on_site": True,
        "contact.phone": cast.phone,
        "contact.best_time": "à tarde",
        "fibre.house": "on",
        "fibre.block": "na",
        "fibre.pole": "undetermined",
        "fibre.reason": "Não há como ver o poste daqui",
        "order.contact_name": cast.caller,
        "order.contact_phone": cast.phone,
        "order.date": f"{visit:%d/%m/%Y}",
        "order.period": "morning",
        "order.fees_told": True,
        "order.absence_told": True,
        **{fact: value for fact, value in exercise.expected.order.items() if "." in fact},
    }
