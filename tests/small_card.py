"""Facts of a card in which every field says something."""

from playground.app.card_facts import CardFacts, Failure, Figure, Group, Measured, Other, Run, Source

FACTS = CardFacts(
    note="A note.",
    base=("mini-base",),
    machine="2 cores",
    runs=(
        Run(
            name="score", command="playground train toy-score", network="4 blocks", starts="narrow", teacher="",
            steps=2, regions=64, seconds=1.5, precision="float32", synthetic_clips=3, locations=0,
        ),
    ),
    sources=(Source(name="cats", place="a shelter", licence="MIT", dataset="user/cats"),),
    measured=(
        Measured(
            data="otb-dev", protocol="plain", sequences=2, frames=9, device="cpu", machine="a box", threads=1, jobs=1,
            versions={"numpy": "2"}, frame_ms=1.25,
            measures={"auc": Figure(mean=0.5, low=0.4, high=0.6), "precision": Figure(mean=0.7, low=0.6, high=0.8)},
            groups=(Group(name="small", sequences=1, first=0.25, second=0.5),),
            worst=(Failure(name="a", value=0.125, lost=1, after=3),),
            others=(Other(name="kcf", figure=Figure(mean=0.25, low=0.2, high=0.3), frame_ms=8.0),),
        ),
    ),
)  # fmt: skip
