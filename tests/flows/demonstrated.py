"""What the story of the demonstration must come to: of every act, of every agency, in all."""

from __future__ import annotations

CYCLE = "2025-plan"
OK = ("accepted", set[str]())

#: What becomes of each act of each agency: the message's state, and the codes of the rules that
#: spoke (trial rules aside). Agencies not named answer once and without a remark.
EXPECTED: dict[str, list[tuple[str, set[str]]]] = {
    # One cell, one mistake, then its correction
    "skhdt": [("returned", {"SO-01"}), OK],
    "sct": [("returned", {"DV-02"}), OK],
    "sldtbxh": [("returned", {"DV-02"}), OK],
    "stnmt": [("returned", {"CT-04"}), OK],
    "syt": [("returned", {"BB-01"}), OK],
    "snv": [("returned", {"SO-05"}), OK],
    "sxd": [("returned", {"MT-01", "MT-02"}), OK],
    "svhtt": [("returned", {"NR-01"}), OK],
    "bhxh": [("returned", {"TD-01"}), OK],
    "sngv": [("returned", {"KT-01"}), OK],
    "cuc_hai_quan": [("returned", {"SO-06"}), OK],
    "ubnd_thuy_nguyen": [("returned", {"KH-01"}), OK],
    # Taken, with something to say or nothing at all
    "snnptnt": [("accepted", {"CK-01"}), ("accepted", {"CK-01"})],
    "sdl": [("accepted", {"SO-04"})],
    "cuc_thue": [("accepted", {"CK-01"})],
    "cuc_thong_ke": [("accepted", {"CK-01"})],
    "thanh_tra": [("accepted", {"VB-02"})],
    "sgddt": [OK],
    "stp": [OK],
    "stttt": [OK],
    "skhcn": [OK],
    "sgtvt": [OK],
    "bqlda_giao_thong": [OK],
    # Not the workbook that was sent out
    "dai_hoc_hai_phong": [("guided", set()), ("accepted", {"DD-06"})],
    "nhnn": [("held", set()), OK],
    "ubnd_an_lao": [("guided", set()), OK],
    "ubnd_an_duong": [("held", set())],
    "ubnd_hai_an": [("held", set()), OK],
    # The right workbook in the wrong shape
    "bql_khu_kinh_te": [("guided", set()), OK],
    "cong_an": [("guided", set()), OK],
    "ubnd_do_son": [("guided", set()), OK],
    "bdbp": [OK],
    "dai_ptth": [("accepted", {"CT-18"})],
    "ubnd_ngo_quyen": [OK],
    "ubnd_cat_hai": [("tried", set()), OK],
    # The right workbook in the wrong mail, or a mail that nobody wrote
    "kho_bac": [("automatic", set()), OK],
    "cuc_qltt": [("automatic", set())],  # no mailbox of that name: reminded no more
    "cang_vu_hang_hai": [OK],
    "bo_chqs": [("guided", set()), OK],
    "ubnd_le_chan": [OK, ("duplicate", set())],
    "ubnd_kien_an": [("guided", set()), OK],
    "ubnd_duong_kinh": [OK],
    "ubnd_hong_bang": [("held", set())],
    # Too late, twice, or not at all
    "bqlda_dan_dung": [OK, OK],
    "bqlda_ha_tang": [("returned", {"NR-01"}), OK],
    "ubnd_kien_thuy": [OK],
    "ubnd_vinh_bao": [("returned", {"NR-01"})],
    "ubnd_tien_lang": [],
    "ubnd_bach_long_vi": [],
}
UNREACHED = "cuc_qltt"
SILENT = (UNREACHED, "ubnd_tien_lang", "ubnd_bach_long_vi")
BEFORE_DEADLINE = ["truoc_10", "truoc_5", "truoc_2", "ngay_cuoi"]
TIMELINESS = {
    "corrected": {"sxd"},
    "late": {"bo_chqs", "bqlda_ha_tang", "ubnd_kien_thuy"},
    "waiting": {"ubnd_an_duong", "ubnd_hong_bang"},
    "overdue": {"ubnd_vinh_bao"},
    "missing": set(SILENT),
}
#: How many messages ended in each state, and letters by kind and state.
MESSAGES = {
    "accepted": 47, "automatic": 2, "duplicate": 1, "guided": 7, "held": 4, "returned": 14,
    "tried": 1,
}  # fmt: skip
LETTERS = {
    "escalation/sent": 2, "guidance/sent": 7, "opening/bounced": 1, "opening/sent": 50,
    "overdue/sent": 9, "receipt/sent": 3, "receipt/withdrawn": 1, "reminder/sent": 110,
    "summary/sent": 3, "try_out/sent": 1, "verdict/sent": 61, "which_counts/sent": 1,
}  # fmt: skip
ANSWERS = {  # what a message in that state is answered with
    "accepted": "verdict",
    "returned": "verdict",
    "guided": "guidance",
    "held": "receipt",
    "duplicate": "",
    "automatic": "",
    "tried": "try_out",
}


#: Who is asked which of two workbooks counts.
CONTENDING = "ubnd_hai_an"
#: Whose workbook waited for a person, who then said whose it is.
ASSIGNED = ("cang_vu_hang_hai",)


# The review: what becomes of each act, and what the year comes to
EXPECTED_REVIEW: dict[str, list[tuple[str, set[str]]]] = {
    "sct": [("returned", {"KQ-04"}), OK],
    "svhttdl": [("returned", {"KQ-11"}), OK],  # the tasks alone
    "snnmt": [("guided", set()), OK],  # February's workbook of a predecessor
    "sxd": [("accepted", {"DV-08"})],  # more spent than a whole investment is
    "syt": [("accepted", {"KQ-06", "KQ-07"}), OK],
    "phuong_thien_huong": [("held", set()), OK],
    "xa_an_lao": [("returned", {"KQ-12"}), OK],
    "kho_bac": [],
    "xa_tien_lang": [],
    "dac_khu_bach_long_vi": [],
}
REVIEW_TIMELINESS = {
    "late": {"cang_vu_hang_hai", "xa_vinh_bao"},
    "missing": {"kho_bac", "xa_tien_lang", "dac_khu_bach_long_vi"},
}
