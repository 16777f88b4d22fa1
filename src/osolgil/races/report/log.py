"""The audit log: what was looked for, and what was found."""

from osolgil.races.audits import AUDITS
from osolgil.races.evidence import Evidence
from osolgil.races.objections import Objection
from osolgil.races.report.markup import Column, Html, Table, Text, Writer, joined
from osolgil.races.report.words import Words, division_words
from osolgil.races.verdicts import KINDS

AUDIT_WORDS = {
    "missing_runs": Words("no run is missing, none is there twice", "빠지거나 겹친 실행이 없음"),
    "unequal_search": Words("equal trials for everybody, at the points drawn", "모두 같은 시행 횟수, 뽑힌 점 그대로"),
    "unequal_spaces": Words("a hyperparameter has one range for everybody", "하이퍼파라미터의 범위가 모두 같음"),
    "unequal_budget": Words("nobody exceeds the budget", "예산을 넘긴 실행이 없음"),
    "overlapping_seeds": Words("tuning and evaluation share no seed", "튜닝과 평가의 시드가 겹치지 않음"),
    "target_changed": Words("the targets are those sealed before the race", "목표값이 경주 전에 봉인한 그대로임"),
    "hidden_clipping": Words("no clipping or other transform that a name hides", "이름에 숨은 자르기나 변환이 없음"),
    "selected_by_test": Words("the test took no part in selection", "선택에 테스트를 쓰지 않음"),
    "at_the_edge": Words("no winner at the edge of its range", "탐색 범위 가장자리에 걸린 승자가 없음"),
    "inclusion_violated": Words("no method loses to its own special case", "자신의 특수한 경우에 진 방법이 없음"),
}
"""By audit: what it makes sure of."""


def audit_log(writer: Writer, evidence: Evidence) -> Html:
    """Every audit with its outcome, and every objection with its sentence."""
    by_audit = [(audit, list(audit(evidence.runs, evidence.manifest))) for audit in AUDITS]
    outcomes = tuple((AUDIT_WORDS[audit.__name__], outcome(len(found))) for audit, found in by_audit)
    checked = Table(
        Words(f"{len(AUDITS)} audits", f"점검 {len(AUDITS)}가지"),
        (Column(Words("what is made sure of", "확인한 것"), text=True), Column(Words("outcome", "결과"), text=True)),
        outcomes,
    )
    parts: list[str] = [writer.table(checked)]
    if evidence.objections:
        lines = joined(line(writer, found) for found in evidence.objections)
        parts += [
            writer.say(Words("Objections", "이의"), "h3"),
            f'<ul class="verdicts">{lines}</ul>',
        ]
    return joined(parts)


def outcome(objections: int) -> Words:
    """How an audit ended."""
    if not objections:
        return Words("✓ passed", "✓ 통과")
    return Words(f"✕ objections: {objections}", f"✕ 이의 {objections}건")


def line(writer: Writer, found: Objection) -> Html:
    """An objection: the verdict it leads to, where, and its sentence."""
    everywhere = Words("all divisions", "모든 부문")
    division = everywhere if found.division is None else division_words(found.division)
    kind: Text = Words(*KINDS[found.kind])
    said = Words(f"{found.finding.text('en')}.", f"{found.finding.text('ko')}.")
    return Html(
        f'<li class="{found.kind}"><strong>{writer.say(kind)}</strong> ({writer.say(division)}): '
        f"{writer.say(said)}</li>"
    )
