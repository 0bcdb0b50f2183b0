"""The report's tables about work: tasks by bucket, projects against their plans, proposals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.domain.consolidation import Figure
from models.domain.consolidation.shared_documents import SharedDocument
from models.domain.cycle.letter_phrases import (
    counts_said,
    listed,
    number_text,
    rounding_said,
)
from models.domain.notation.corrections import documents_named
from models.domain.notation.rounding import percent_of, shares_of
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    Text,
    joined,
    number,
    same_words,
    shortened,
    under,
    words,
)
from models.domain.review.doings import papers_dated_apart
from models.domain.review.headline import doings_of
from models.domain.review.lines import (
    Doing,
    Proposal,
    ReviewTask,
)
from models.domain.review.member_wording import parts_said, urged_said
from models.domain.review.review import Review
from models.domain.review.spending import OFF_BUDGET_ASKED
from models.domain.review.states import DeadlineSource, TaskBucket
from models.domain.review.wording import (
    BUCKET_NAMES,
    STATE_NAMES,
    actions_overview,
    bucket_said,
    fell_due_said,
    figures_said,
    shared_said,
)

Row = Mapping[str, Text]
_SHORT = 300  # letters of a text in a narrow cell
_NONE = "-"  # in a table of numbers
_IN_TIME = TaskBucket.DONE_ON_TIME


def bucket_rows(review: Review) -> list[Row]:
    """How many tasks and own actions lie in each bucket; the shares add up to 100."""
    headline = review.headline
    counts = [headline.buckets[bucket] for bucket in headline.shown_buckets]
    shares = [f"{number(share)}%" if headline.tasks else "" for share in shares_of(counts)]
    of_own = by_own_deadlines(review).removeprefix(", ")
    own = f" ({of_own})" if of_own else ""
    rows: list[Row] = [
        {
            "name": words(BUCKET_NAMES[bucket] + (own if bucket is _IN_TIME else "")),
            "tasks": words(_counted(headline.buckets[bucket])),
            "share": words(share if headline.buckets[bucket] else _NONE),
            "actions": words(_counted(headline.action_buckets[bucket])),
        }
        for bucket, share in zip(headline.shown_buckets, shares, strict=True)
    ]
    total: Row = {
        "name": words("Cộng"),
        "tasks": words(_counted(headline.tasks)),
        "share": words(_share(headline.tasks, headline.tasks)),
        "actions": words(_counted(headline.actions)),
    }
    return [*rows, total]


def by_own_deadlines(review: Review) -> str:
    """Of the tasks done in time, how many only by a day that the agency set itself."""
    done = [t.doing for t in review.tasks_in(_IN_TIME) if not t.members]
    own = sum(doing.deadline_source is DeadlineSource.OWN_PLAN for doing in done)
    return f", trong đó {number_text(own)} nhiệm vụ theo thời hạn cơ quan tự đặt" if own else ""


def _counted(count: int) -> str:
    return number_text(count) if count else _NONE


def _share(part: int, whole: int) -> str:
    share = percent_of(part, whole)
    return "" if share is None else f"{number(share)}%"


def tasks_overview(review: Review, names: ReportNames, cites: Citations) -> Iterator[Text]:
    """What the buckets mean for whoever reads them, and what of the proofs is to be asked."""
    headline = review.headline
    both = (
        ("nhiệm vụ được giao", headline.tasks_reported),
        ("việc cơ quan tự đề ra", headline.actions_reported),
    )
    told = ((named, figures_said(days, names.agency)) for named, days in both)
    notes = [f"Tình trạng {named} {said}." for named, said in told if said]
    fell_due = fell_due_said(headline.tasks_unheard_since, headline.actions_unheard_since)
    if notes and fell_due:
        notes.append(fell_due)
        if asked := headline.tasks_asked.said:
            count = number_text(headline.buckets[TaskBucket.UNHEARD])
            notes.append(f"Về {count} nhiệm vụ được giao ấy: {asked}.")
    if headline.tasks:
        counts = [headline.buckets[bucket] for bucket in headline.shown_buckets]
        wholes = [(count, headline.tasks) for count in counts]
        notes.append(rounding_said(shares_of(counts), wholes))
    if notes:
        yield words(" ".join(notes))
    done, late = headline.done, headline.buckets[TaskBucket.DONE_LATE]
    if done:
        parts = [
            f"{number_text(late)} nhiệm vụ hoàn thành quá hạn ({_share(late, done)})"
            if late
            else "không nhiệm vụ nào quá hạn",
            f"{number_text(headline.unproven)} nhiệm vụ chưa nêu đủ số, ngày của văn bản chứng minh"
            if headline.unproven
            else "theo báo cáo của cơ quan, nhiệm vụ nào cũng có số, ngày của văn bản chứng minh",
        ]
        yield words(f"Trong {number_text(done)} nhiệm vụ đã hoàn thành, {'; '.join(parts)}.")
    if unfit := list(_unfit_proofs(review, names, cites)):
        yield (
            words(
                "Đối chiếu loại văn bản của các nhiệm vụ giao ban hành văn bản: văn bản chứng minh "
                "khác loại được giao, đề nghị cơ quan nêu số, ngày của văn bản được giao hoặc làm "
                "rõ: "
            )
            + joined(unfit, "; ")
            + words(".")
        )
    yield from _shared_proofs(review, names)
    yield from _proofs_dated_apart(review, names)
    if later := asking_later(review.tasks):
        asking = [
            words(f"{names.place(t.row)} ({', '.join(names.agency(f.agency) for f in asked)})")
            for t, asked in later
        ]
        count = number_text(len(later))
        yield (
            words(f"Cơ quan đề nghị lùi thời hạn {count} nhiệm vụ được giao, cần có ý kiến: ")
            + joined(asking, "; ")
            + words(".")
        )
    if headline.actions:
        overdue = Counter(a.agency for a in review.actions if a.bucket is TaskBucket.OVERDUE)
        by_name = [
            {names.agency(code): count for code, count in found.items()}
            for found in (overdue, review.unreported_works)
        ]
        yield words(actions_overview(headline, *by_name))


#: Kinds of papers that a task may be to bring about, and the letters of the numbers that prove it
#: (Decree 30/2020/NĐ-CP): a plan or programme may be issued by a decision, too.
_PAPERS = {
    "quyết định": ("QĐ",),
    "nghị quyết": ("NQ",),
    "chỉ thị": ("CT",),
    "chương trình": ("CTR", "KH", "QĐ"),
    "kế hoạch": ("KH", "QĐ"),
}
_KIND = "|".join(_PAPERS)
#: How a task names its paper: at its beginning, or behind the council that it is submitted to. A
#: paper with a number is one there is already, and one within another's name is none to issue.
_TO_ISSUE = re.compile(
    rf"(?P<submit>trình .*?)?(?P<deed>ban hành|xây dựng(?: và (?:tổ chức )?triển khai)?|thông qua)"
    rf" (?P<kinds>(?:{_KIND})(?: ?/ ?(?:{_KIND}))*)(?! số)",
    re.IGNORECASE,
)
_SUBMITTING = "TTR"  # the letter that submits a draft; done by it is who has but to draft it


@dataclass(frozen=True, slots=True)
class UnfitProof:
    """A paper named as proof, of another kind than the one that the task was to bring about."""

    task: ReviewTask
    proof: Figure
    wanted: str  # the deed and the kinds of papers, as the task words them


def unfit_proofs(review: Review) -> Iterator[UnfitProof]:
    """Of tasks done, the proofs that are of another kind than the paper they were to bring about.

    A proof whose number tells no kind speaks neither for nor against it.
    """
    for task in review.tasks:
        due = _TO_ISSUE.match(task.row.name)
        if due is None:
            continue
        kinds_due = [kind.strip().lower() for kind in due["kinds"].split("/")]
        wanted = {mark for kind in kinds_due for mark in _PAPERS[kind]}
        if due["submit"] or due["deed"].lower() != "ban hành":
            wanted.add(_SUBMITTING)
        for doing in doings_of([task]):
            proof = doing.product_number
            if proof is None or not doing.proven:
                continue
            kinds = {re.split(r"[/-]", mark)[1] for mark in documents_named(proof.text)}
            if kinds and not kinds & wanted:
                named = f"{due['deed'].lower()} {' hoặc '.join(kinds_due)}"
                yield UnfitProof(task, proof, named)


def _unfit_proofs(review: Review, names: ReportNames, cites: Citations) -> Iterator[Text]:
    for one in unfit_proofs(review):
        whose = words(
            f"{names.place(one.task.row)} ({names.agency(one.proof.agency)}): giao {one.wanted}, "
            "văn bản nêu là "
        )
        yield whose + cites.quoted(one.proof, 80)


#: What an agency writes that asks for a later deadline: to the deed belongs what is put off.
_LATER = re.compile(
    r"\b(?:lùi|gia hạn|kéo dài|dời|giãn|hoãn)\b(?!\s+(?:hợp đồng|giấy phép))"
    r"|\bđiều chỉnh\b[^.;]*\bthời (?:hạn|gian)\b",
    re.IGNORECASE,
)


def asking_later(tasks: Iterable[ReviewTask]) -> Sequence[tuple[ReviewTask, Sequence[Figure]]]:
    """The assigned tasks not done of which an agency proposes a later deadline, with its words."""
    found = []
    for task in tasks:
        asked = [
            doing.proposals
            for doing in doings_of([task])
            if doing.proposals is not None and _asks_later(doing)
        ]
        if asked:
            found.append((task, asked))
    return found


def _asks_later(doing: Doing) -> bool:
    asked = doing.proposals
    return asked is not None and not doing.bucket.is_done and bool(_LATER.search(asked.text))


_MOST_PAPERS = 12  # that part VI names; the sheets have them all


def _shared_proofs(review: Review, names: ReportNames) -> Iterator[Text]:
    """How many proofs another agency names for another work, and which papers those of assigned
    tasks are, with all who name them."""
    tasks = sum(any(d.shared for d in doings_of([task])) for task in review.tasks)
    actions = sum(bool(action.doing.shared) for action in review.actions)
    counted = counts_said(
        ("{} nhiệm vụ", tasks), ("{} dòng báo cáo việc đăng ký, tự đề ra", actions), between=" và "
    )
    if not counted:
        return
    papers = [_paper_said(p, names) for p in review.shared_documents if any(c.row for c in p.cited)]
    named = f" ({listed(papers, 'văn bản', _MOST_PAPERS)})" if papers else ""
    yield words(
        f"{counted} có văn bản chứng minh trùng với văn bản mà cơ quan khác nêu cho việc khác"
        f"{named}, đề nghị đối chiếu."
    )


def shared_proofs(
    review: Review, agency: str, names: ReportNames
) -> Iterator[tuple[str, str, str]]:
    """The papers that the agency names as proof of an assigned task and another agency of another
    work: each paper's number, which task, and who else names it."""
    for paper in review.shared_documents:
        if not any(one.row for one in paper.cited):
            continue
        for one in paper.cited:
            if one.agency == agency:
                others = dict.fromkeys(c.agency for c in paper.cited if c.agency != agency)
                named = " và ".join(names.agency(code) for code in others)
                yield paper.mark, names.about(one.row) or "việc tự đề ra", named


def _proofs_dated_apart(review: Review, names: ReportNames) -> Iterator[Text]:
    """Which proofs one agency dates differently in different rows: one of the days is a slip."""
    papers = papers_dated_apart(review.tasks, review.actions)
    if not papers:
        return
    told = [
        f"{paper.mark}, {names.agency(paper.cited[0].agency)}: "
        + " và ".join(
            f"ngày {one.signed_on:%d/%m/%Y} ({names.about(one.row) or 'việc tự đề ra'})"
            for one in paper.cited
        )
        for paper in papers
    ]
    yield words(
        f"{number_text(len(papers))} văn bản chứng minh được cùng một cơ quan ghi ngày khác nhau "
        f"giữa các dòng ({listed(told, 'văn bản', _MOST_PAPERS)}), đề nghị kiểm tra lại."
    )


def _paper_said(paper: SharedDocument, names: ReportNames) -> str:
    """The paper with who names it for what: "376/NQ-HĐND: PL IV.3, Sở Công Thương; ..."."""
    told = dict.fromkeys(
        f"{names.about(one.row) or 'việc tự đề ra'}, {names.agency(one.agency)}"
        for one in paper.cited
    )
    day = f" ngày {paper.signed_on:%d/%m/%Y}" if paper.signed_on else ""
    return f"{paper.mark}{day}: {' và '.join(told)}"


def task_row(task: ReviewTask, count: int, names: ReportNames, cites: Citations) -> Row:
    """One task: who, by when, how far, by which document, what stands in the way."""
    named = {
        "no": words(str(count)),
        "place": words(names.place(task.row)),
        "name": words(names.of_work(task.row)),
        "agency": words(names.agency(task.led_by) if task.led_by else ""),
        "bucket": words(bucket_said(task.bucket, task.doing.reported_on)),
    }
    if not task.members:
        return {**named, **_told(task.doing, cites, names)}
    day = task.row.deadline
    return {
        **named,
        "deadline": words(f"{day:%d/%m/%Y}" if day else "không có"),
        "state": words(parts_said(task, names.agency, 0)),
        "document": Text(),
        "obstacles": words(urged_said(task, names.agency)),
    }


def own_task_row(
    task: ReviewTask, count: int, agency: str, names: ReportNames, cites: Citations
) -> Row:
    """The task as one agency sees it: its own part, where each of many has one, and the whole."""
    row = task_row(task, count, names, cites)
    own = next((m for m in task.members if m.agency == agency), None)
    if own is None:
        return row
    told = _told(own.doing, cites, names)
    state = joined([told["state"], words("Chung: ") + row["state"]], "\n")
    return {**row, **told, "state": state, "bucket": _bucket_of(own.doing)}


def _bucket_of(doing: Doing) -> Text:
    return words(bucket_said(doing.bucket, doing.reported_on))


def member_rows(task: ReviewTask, names: ReportNames, cites: Citations) -> Iterator[Row]:
    """One row of the annex for each who does its own part of the task, the silent ones too."""
    for member in task.members:
        yield {
            "no": Text(),
            "place": Text(),
            "name": words("–"),
            "agency": words(names.agency(member.agency)),
            "bucket": _bucket_of(member.doing),
            **_told(member.doing, cites, names),
        }


def _told(doing: Doing, cites: Citations, names: ReportNames) -> Row:
    return {
        "deadline": deadline_of(doing, cites, names),
        "state": state_of(doing, cites),
        "document": document_of(doing, cites, names),
        "obstacles": _reasons_of(doing, cites),
    }


def _reasons_of(doing: Doing, cites: Citations) -> Text:
    """What stands in the way; of what is late also how the agency explains it, or that it does
    not."""
    obstacles = cites.quoted(doing.obstacles, _SHORT)
    if _asks_later(doing):
        obstacles = joined([obstacles, words("Đề xuất: ") + cites.quoted(doing.proposals)], " ")
    if doing.bucket not in (TaskBucket.OVERDUE, TaskBucket.UNHEARD, TaskBucket.DONE_LATE):
        return obstacles
    explained = cites.quoted(doing.explained, _SHORT)
    said = joined([obstacles, under("Giải trình", explained)], " ")
    silent = doing.bucket is TaskBucket.OVERDUE and not said
    return words("Cơ quan chưa nêu lý do.") if silent else said


def deadline_of(doing: Doing, cites: Citations, names: ReportNames) -> Text:
    """The last day in time; the agency's own, or one of whose plan it took over, says so and leads
    to its cell."""
    if doing.deadline is None:
        return words("không có")
    day = words(f"{doing.deadline:%d/%m/%Y}")
    if doing.deadline_source is DeadlineSource.OWN_PLAN:
        set_by, told_by = doing.deadline_figure, doing.state_figure
        other = set_by is not None and told_by is not None and set_by.agency != told_by.agency
        by = f"{names.agency(set_by.agency)} đặt" if set_by and other else "cơ quan tự đặt"
        return day + words(f"\n({by})") + cites.below(doing.deadline_figure)
    return day


def state_of(doing: Doing, cites: Citations) -> Text:
    """What the agency says, how far it is, when it was done, or that it is silent since."""
    state = words(STATE_NAMES[doing.state]) + cites.below(doing.state_figure)
    percent = cites.value(doing.percent, "%")
    finished = Text()
    if doing.finished_on is not None:
        figure = doing.finished_figure or doing.product_date
        finished = words(f"xong {doing.finished_on:%d/%m/%Y}") + cites.below(figure)
    elif not doing.finish.known and doing.finish.day is not None:
        finished = words(f"không ghi ngày xong, tính đến ngày báo cáo {doing.finish.day:%d/%m/%Y}")
    late = words(f"chậm {number_text(doing.days_late)} ngày") if doing.days_late else Text()
    unheard = doing.bucket is TaskBucket.UNHEARD
    silent = words(bucket_said(doing.bucket, doing.reported_on)) if unheard else Text()
    return joined([state, percent, finished, late, silent], "\n")


def document_of(doing: Doing, cites: Citations, names: ReportNames) -> Text:
    """The product and the document that proves it; who else names that for another work."""
    product = cites.quoted(doing.product, 200)
    number_and_sign = cites.quoted(doing.product_number, 80)
    date = cites.quoted(doing.product_date, 20)
    document = joined([number_and_sign, words("ngày ") + date if date else Text()], " ")
    shared = shared_said(doing, names.agency, names.about)
    return joined([product, document], "; ") + words(f"\n({shared})" if shared else "")


def proposal_rows(
    proposals: Sequence[Proposal], names: ReportNames, cites: Citations
) -> Iterator[Row]:
    """What agencies ask for, each wording once with all who ask so; what most ask for first."""
    groups = same_proposals(proposals)
    for count, found in enumerate(sorted(groups.values(), key=askers, reverse=True), 1):
        asking: dict[str, list[Proposal]] = {}
        for one in found:
            asking.setdefault(one.agency, []).append(one)
        by = [_asked_by(agency, own, names, cites) for agency, own in asking.items()]
        abouts = dict.fromkeys(about for one in found for about in _abouts([one], names))
        yield {
            "no": words(str(count)),
            "text": words(shortened(found[0].text)),
            "agency": joined(by, "; "),
            "about": words(", ".join(abouts) or "Chung"),
            "count": words(number_text(len(asking))),
            "times": words(number_text(len(found))),
        }


def proposals_said(proposals: Sequence[Proposal]) -> str:
    """How often agencies ask for something, and for how many things; "" for nothing."""
    if not proposals:
        return ""
    agencies = number_text(len({one.agency for one in proposals}))
    matters = number_text(len({same_words(one.text) for one in proposals}))
    count = number_text(len(proposals))
    return f"{agencies} cơ quan nêu {count} lượt kiến nghị, đề xuất với {matters} nội dung"


def questions_asked(matters: Sequence[str]) -> list[Text]:
    """What the report asks for, numbered; none where nothing is open."""
    last = len(matters)
    return [words(f"({n}) {one}{'./.' if n == last else ';'}") for n, one in enumerate(matters, 1)]


def same_proposals(proposals: Sequence[Proposal]) -> dict[str, list[Proposal]]:
    """Each wording once, with all who ask so."""
    groups: dict[str, list[Proposal]] = {}
    for one in proposals:
        groups.setdefault(same_words(one.text), []).append(one)
    return groups


def askers(proposals: Sequence[Proposal]) -> int:
    return len({one.agency for one in proposals})


def _asked_by(
    agency: str, proposals: Sequence[Proposal], names: ReportNames, cites: Citations
) -> Text:
    """An agency, what it asks about where that is no general matter, and the cells."""
    plain = _abouts([one for one in proposals if not one.off_budget], names)
    off = _abouts([one for one in proposals if one.off_budget], names)
    asked = [f"{', '.join(off)}: {OFF_BUDGET_ASKED}"] if off else []
    abouts = [*([", ".join(plain)] if plain else []), *asked]
    about = f" ({'; '.join(abouts)})" if abouts else ""
    return words(names.agency(agency) + about) + cites.cite(*(one.figure for one in proposals))


def _abouts(proposals: Sequence[Proposal], names: ReportNames) -> list[str]:
    """The places of the directive's rows at which proposals stand."""
    return [*dict.fromkeys(filter(None, (names.about(one.row) for one in proposals)))]
