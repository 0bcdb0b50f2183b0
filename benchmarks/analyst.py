"""The analyst's script: what a competent analyst would write for one reporting cycle.

pandas reads every workbook through openpyxl, the sheets are put together, pandera checks them, the
office's tables are joined, and one consolidated workbook and a list of faults come out. It shares
no code with the program and is here to be measured against it.

    python -m benchmarks.analyst FOLDER [--processes N] [--one-by-one]

FOLDER holds `workbooks/NNNNN_agency.xlsx` (numbered in order of arrival), `agencies.csv` and
`assigned.csv`; `consolidated.xlsx` is written into it.

What it leaves out, and the program does not: raw bytes kept, files of unknown origin read in a
process of their own, other formats, numbers as people write them, mail, answers, versions compared,
a record that survives a crash, the source cell of every figure.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pandera.pandas as pa

HEADER_ROW = 3  # 0-based
DETAILS = "Thông tin chung"
INDICATORS, SCENARIO, TASKS = "Chỉ tiêu", "Kịch bản GRDP", "Nhiệm vụ"
ACTIONS, PROJECTS = "Kế hoạch hành động", "Dự án"
TABLES = (INDICATORS, SCENARIO, TASKS, ACTIONS, PROJECTS)

UNIT, COMMITTED, YEAR = "Đơn vị tính", "Mức cam kết (*)", "Cả năm (*)"
MILESTONES = ("Quý I", "6 tháng", "9 tháng", YEAR)
FIVE_DATE = "Rõ thời hạn: ngày hoàn thành (*)"
FIVE_CLEAR = (
    "Rõ người: người phụ trách (*)",
    "Rõ việc: công việc cụ thể (*)",
    FIVE_DATE,
    "Rõ trách nhiệm: đơn vị chủ trì (*)",
    "Rõ kết quả: sản phẩm (*)",
)
GROUP, WORK = "Nhóm nhiệm vụ, giải pháp (*)", "Rõ việc: công việc cụ thể (*)"
UPDATES = ("Cập nhật quý I", "Cập nhật 6 tháng", "Cập nhật 9 tháng", "Cập nhật cả năm")
DISBURSEMENT = "Vốn giải ngân dự kiến năm 2025 (triệu đồng) (*)"
REQUIRED_DETAILS = (
    "Số, ký hiệu kế hoạch của cơ quan (*)",
    "Ngày ban hành kế hoạch (*)",
    "Cán bộ đầu mối: họ và tên (*)",
    "Điện thoại (*)",
    "Thư điện tử (*)",
    "Người ký duyệt (*)",
    "Chức vụ người ký duyệt (*)",
)
PRINTED = "= "  # before a header in assigned.csv: what the office printed in that column
ACTIONS_AT_LEAST = 3  # rows, of an agency without assigned tasks
FIRST_DAY, LAST_DAY = dt.datetime(2025, 1, 1), dt.datetime(2025, 12, 31)  # noqa: DTZ001
MAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"

Frames = dict[str, pd.DataFrame]
T = TypeVar("T")


@dataclass(frozen=True)
class Result:
    """What the script found: numbers of files, and rows of the consolidated workbook."""

    files: int
    returned: int  # files with at least one error
    warned: int  # files with warnings only
    rows: dict[str, int]  # by sheet, of the newest faultless version of each agency

    @property
    def accepted(self) -> int:
        """Files without an error."""
        return self.files - self.returned


# --- reading --------------------------------------------------------------------------------------


def read_file(path: Path) -> Frames:
    """The sheets of one workbook, each row with its file's name."""
    frames: Frames = {}
    with pd.ExcelFile(path, engine="openpyxl") as book:
        for sheet in (DETAILS, *TABLES):
            if sheet not in book.sheet_names:
                continue
            frame = pd.read_excel(book, sheet_name=sheet, header=HEADER_ROW, dtype=object)
            frames[sheet] = frame.dropna(how="all").assign(file=path.name)
    return frames


def put_together(parts: Sequence[Frames]) -> Frames:
    """The sheets of many workbooks as one frame a sheet."""
    together = {s: [frames[s] for frames in parts if s in frames] for s in (DETAILS, *TABLES)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # columns that are empty throughout
        return {s: pd.concat(found, ignore_index=True) for s, found in together.items() if found}


def over_all(work: Callable[[Path], T], paths: Sequence[Path], processes: int) -> list[T]:
    """The work done on every path, spread over processes."""
    if processes == 1:
        return [work(path) for path in paths]
    with multiprocessing.Pool(processes) as pool:
        return pool.map(work, paths, chunksize=max(1, len(paths) // (processes * 8)))


# --- checking -------------------------------------------------------------------------------------


def _number(required: bool = False, least: float | None = 0) -> pa.Column:
    checks = [] if least is None else [pa.Check.ge(least)]
    return pa.Column(float, checks, nullable=not required)


def _date(required: bool = False) -> pa.Column:
    return pa.Column(
        "datetime64[ns]", pa.Check.in_range(FIRST_DAY, LAST_DAY), nullable=not required
    )


def _text(required: bool = False) -> pa.Column:
    return pa.Column(object, pa.Check.str_length(1, 2000), nullable=not required)


LED_INDICATORS = pa.DataFrameSchema(
    {COMMITTED: _number(True), **{m: _number(m == YEAR) for m in MILESTONES}},
    checks=pa.Check(lambda f: (f[COMMITTED] - f[YEAR]).abs() <= 0.005 * f[COMMITTED].abs() + 1e-9),
)
SHARED_INDICATORS = pa.DataFrameSchema({COMMITTED: _number(), **{m: _number() for m in MILESTONES}})
SCENARIO_SCHEMA = pa.DataFrameSchema({c: _number() for c in UPDATES})
FIVE_CLEAR_COLUMNS = {c: _date(True) if c == FIVE_DATE else _text(True) for c in FIVE_CLEAR}
TASK_SCHEMA = pa.DataFrameSchema(FIVE_CLEAR_COLUMNS)
ACTION_SCHEMA = pa.DataFrameSchema({GROUP: _text(True), **FIVE_CLEAR_COLUMNS})
PROJECT_SCHEMA = pa.DataFrameSchema(
    {
        "Người phụ trách (*)": _text(True),
        DISBURSEMENT: _number(True),
        "Mốc cả năm (*)": _text(True),
    }
)
DETAIL_SCHEMA = pa.DataFrameSchema({c: _text(True) for c in REQUIRED_DETAILS})


class Faults:
    """Faults found so far, one a row: file, sheet, column, what was seen, how grave."""

    def __init__(self) -> None:
        self.found: list[pd.DataFrame] = []

    def add(self, rows: pd.DataFrame, sheet: str, column: str, fault: str, grave: bool) -> None:
        """One fault for each of the rows."""
        if rows.empty:
            return
        seen = rows.get(column, "")
        values = {"file": rows["file"], "sheet": sheet, "column": column, "seen": seen}
        self.found.append(pd.DataFrame(values).assign(fault=fault, grave=grave))

    def check(self, frame: pd.DataFrame, sheet: str, schema: pa.DataFrameSchema) -> None:
        """Holds a frame against a schema and keeps every failure."""
        if frame.empty:
            return
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            cases = errors.failure_cases
            whole = cases["schema_context"] == "DataFrameSchema"  # names every column of the row
            cases = cases.assign(column=cases["column"].mask(whole, ""))
            cases = cases[cases["index"].notna()].drop_duplicates(["index", "column"])
            for column, group in cases.groupby("column"):
                rows = frame.loc[group["index"].astype(int).unique()]
                shown = str(column) if column in frame else ""
                self.add(rows, sheet, shown, "sai kiểu, ngoài giới hạn hoặc để trống", True)

    def typed(self, frame: pd.DataFrame, sheet: str, numbers: list[str], dates: list[str]) -> None:
        """Turns columns into numbers and dates; what is neither becomes a fault and is emptied."""
        for columns, turn in ((numbers, _to_number), (dates, _to_date)):
            for column in columns:
                turned = turn(frame[column])
                self.add(frame[frame[column].notna() & turned.isna()], sheet, column,
                         "không đọc được", True)  # fmt: skip
                frame[column] = turned

    def table(self) -> pd.DataFrame:
        """All faults."""
        empty = pd.DataFrame(columns=["file", "sheet", "column", "seen", "fault", "grave"])
        return pd.concat(self.found, ignore_index=True) if self.found else empty


def _to_number(values: pd.Series) -> pd.Series:
    """Numbers, also "15" and "15/15". No other text: "1.234" may mean either of two."""
    words = values.map(lambda value: isinstance(value, str))
    ratios = values.where(words).astype("string").str.extract(r"^(\d+)(?:/\d+)?$", expand=False)
    return pd.to_numeric(values.mask(words, ratios), errors="coerce").astype(float)


def _to_date(values: pd.Series) -> pd.Series:
    return pd.to_datetime(values, errors="coerce", dayfirst=True).astype("datetime64[ns]")


@dataclass(frozen=True)
class Tables:
    """What the office knows beforehand: its agencies, and the rows assigned to them."""

    agencies: pd.DataFrame
    assigned: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> Tables:
        """The two tables of a folder."""
        assigned = pd.read_csv(folder / "assigned.csv", dtype=str, keep_default_na=False)
        assigned["target"] = pd.to_numeric(assigned["target"])
        return cls(pd.read_csv(folder / "agencies.csv"), assigned)


def check(frames: Frames, tables: Tables) -> tuple[Frames, pd.DataFrame]:
    """The frames, typed and joined with what was assigned, and all faults."""
    faults = Faults()
    assigned = tables.assigned
    details = _details(frames[DETAILS], tables.agencies, faults)
    files = details[["file", "agency"]]
    checked: Frames = {DETAILS: details}
    for sheet in (INDICATORS, SCENARIO, TASKS, PROJECTS):
        if sheet not in frames:
            continue
        due = files.merge(assigned[assigned["sheet"] == sheet], on="agency")
        joined = due.merge(frames[sheet], on=["file", "Mã"], how="left", indicator=True)
        faults.add(joined[joined["_merge"] == "left_only"], sheet, "Mã", "thiếu dòng", True)
        joined = joined[joined["_merge"] == "both"].drop(columns="_merge").reset_index(drop=True)
        printed = [column for column in joined if column.startswith(PRINTED)]
        for column in printed:
            header = column.removeprefix(PRINTED)
            if header in joined:
                changed = joined[joined[header].fillna("").astype(str) != joined[column]]
                faults.add(changed, sheet, header, "nội dung Văn phòng bị sửa", header == UNIT)
        checked[sheet] = joined.drop(columns=printed)
    checked[ACTIONS] = frames[ACTIONS].dropna(
        subset=[GROUP, *FIVE_CLEAR], how="all"
    ).merge(files, on="file")  # fmt: skip
    rules = {INDICATORS: _indicators, SCENARIO: _scenario, TASKS: _tasks, PROJECTS: _projects}
    for sheet, check_sheet in rules.items():
        if sheet in checked:
            check_sheet(checked[sheet], faults)
    _actions(checked[ACTIONS].reset_index(drop=True), files, assigned, faults)
    return checked, faults.table()


def _details(frame: pd.DataFrame, agencies: pd.DataFrame, faults: Faults) -> pd.DataFrame:
    """One row a file: the fields as columns, and whose file it is."""
    wide = frame.pivot(index="file", columns="Nội dung", values="Cơ quan ghi").reset_index()
    wide = wide.merge(agencies, left_on="Cơ quan báo cáo", right_on="name", how="left")
    faults.add(wide[wide["agency"].isna()], DETAILS, "Cơ quan báo cáo", "không rõ cơ quan", True)
    faults.check(wide, DETAILS, DETAIL_SCHEMA)
    address = wide["Thư điện tử (*)"].fillna("").astype(str)
    wrong = wide[(address != "") & ~address.str.match(MAIL)]
    faults.add(wrong, DETAILS, "Thư điện tử (*)", "sai dạng địa chỉ", False)
    return wide


def _indicators(frame: pd.DataFrame, faults: Faults) -> None:
    faults.typed(frame, INDICATORS, [COMMITTED, *MILESTONES], [])
    leads = frame["role"] == "lead"
    faults.check(frame[leads], INDICATORS, LED_INDICATORS)
    faults.check(frame[~leads], INDICATORS, SHARED_INDICATORS)
    ratio = frame[COMMITTED] / frame["target"].where(frame["target"] != 0)
    off = ratio.between(40, 250) | ratio.between(400, 2500) | ratio.between(0.0004, 0.025)
    faults.add(frame[off], INDICATORS, COMMITTED, "lệch hàng trăm, hàng nghìn lần", True)


def _scenario(frame: pd.DataFrame, faults: Faults) -> None:
    faults.typed(frame, SCENARIO, list(UPDATES), [])
    faults.check(frame, SCENARIO, SCENARIO_SCHEMA)


def _tasks(frame: pd.DataFrame, faults: Faults) -> None:
    faults.typed(frame, TASKS, [], [FIVE_DATE])
    faults.check(frame[frame["role"] == "lead"], TASKS, TASK_SCHEMA)


def _projects(frame: pd.DataFrame, faults: Faults) -> None:
    faults.typed(frame, PROJECTS, [DISBURSEMENT], [])
    faults.check(frame[frame["role"] == "lead"], PROJECTS, PROJECT_SCHEMA)


def _actions(
    frame: pd.DataFrame, files: pd.DataFrame, assigned: pd.DataFrame, faults: Faults
) -> None:
    faults.typed(frame, ACTIONS, [], [FIVE_DATE])
    faults.check(frame, ACTIONS, ACTION_SCHEMA)
    with_tasks = set(assigned.loc[assigned["sheet"] == TASKS, "agency"])
    count = files["file"].map(frame.groupby("file").size()).fillna(0)
    few = files[(count < ACTIONS_AT_LEAST) & ~files["agency"].isin(with_tasks)]
    faults.add(few, ACTIONS, WORK, f"ít hơn {ACTIONS_AT_LEAST} việc", True)


# --- consolidating --------------------------------------------------------------------------------


def consolidate(checked: Frames, faults: pd.DataFrame, output: Path) -> Result:
    """Writes the newest faultless version of every agency into one workbook, with the faults."""
    files = checked[DETAILS][["file", "agency"]].sort_values("file")
    returned = set(faults.loc[faults["grave"].astype(bool), "file"])
    accepted = files[~files["file"].isin(returned)]
    newest = accepted.groupby("agency").tail(1)["file"]
    overview = files.assign(returned=files["file"].isin(returned)).groupby("agency").agg(
        versions=("file", "size"), returned=("returned", "sum"), last=("file", "max")
    )  # fmt: skip
    rows = {}
    with pd.ExcelWriter(output) as book:
        overview.reset_index().to_excel(book, sheet_name="Tổng quan", index=False)
        for sheet, frame in checked.items():
            chosen = frame[frame["file"].isin(newest)]
            rows[sheet] = len(chosen)
            chosen.to_excel(book, sheet_name=sheet, index=False)
        spread = checked[INDICATORS].groupby("Mã")[COMMITTED].agg(["min", "max", "count"])
        spread.reset_index().to_excel(book, sheet_name="So sánh", index=False)
        faults.to_excel(book, sheet_name="Lỗi", index=False)
    warned = set(faults["file"]) - returned
    return Result(len(files), len(returned), len(warned), rows)


def run(folder: Path, processes: int = 1, one_by_one: bool = False) -> Result:
    """Everything, from the folder of workbooks to the consolidated one.

    All files are read and then checked at once, which pandas likes best; or each as it is read.
    """
    paths = sorted((folder / "workbooks").glob("*.xlsx"))
    tables = Tables.read(folder)
    if one_by_one:
        parts = over_all(partial(read_and_check, tables=tables), paths, processes)
        checked = put_together([frames for frames, _ in parts])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            faults = pd.concat([found for _, found in parts], ignore_index=True)
    else:
        checked, faults = check(put_together(over_all(read_file, paths, processes)), tables)
    return consolidate(checked, faults, folder / "consolidated.xlsx")


def read_and_check(path: Path, tables: Tables) -> tuple[Frames, pd.DataFrame]:
    """One workbook's frames and faults."""
    return check(read_file(path), tables)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--one-by-one", action="store_true", help="check each file as it is read")
    arguments = parser.parse_args()
    print(run(arguments.folder, arguments.processes, arguments.one_by_one))


if __name__ == "__main__":
    main()
