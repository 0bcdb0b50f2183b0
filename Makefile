# baocao: every target sets up what it needs. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# A third of the tests' time is waiting for servers: half as many workers again as there are cores.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(max(2, (os.cpu_count() or 1) * 3 // 2))')
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
# Every run of a flow is a process of its own: what the first has compiled serves the others.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test serve rehearse faults kills restore-drill soak reads year deadline-day growth bench bench-all elsewhere feedback trace same samples lint types contracts lock clean

help: ## liệt kê các lệnh (list the commands)
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## ?/\1|/' | awk -F'|' '{printf "  make %-13s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cần Python 3.11 trở lên (PYTHON=... make)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Không tạo được .venv: máy thiếu mô-đun venv/ensurepip của Python." >&2; exit 1; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Cài đặt từ requirements.lock ..."
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Cài đặt từ requirements-dev.lock ..."
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.runtime ## tạo .venv và cài đặt (install only)

setup-dev: $(VENV)/.dev ## thêm công cụ kiểm thử (also the test tools)

demo: setup ## diễn lại năm 2025 trên dữ liệu mô phỏng: kế hoạch, tổng kết, báo cáo (the main job)
	@$(BIN)/baocao demo

serve: setup ## máy chủ Prefect, lịch chạy và hộp thư thử (server, schedules, mail catcher)
	@$(BIN)/baocao serve

rehearse: setup ## diễn tập bàn điều hành trên dữ liệu mô phỏng (the service on a simulated plan cycle)
	@$(BIN)/baocao rehearse

trace: setup-dev ## đường đi của một báo cáo qua các tệp mã (files and changes of file of one submission)
	@$(BIN)/python -m benchmarks.trace

same: setup-dev ## so hai thư mục demo: BEFORE=... AFTER=... (whether two demonstrations gave the same)
	@$(BIN)/python -m tests.same_outputs "$(BEFORE)" "$(AFTER)"

samples: setup-dev ## bản mẫu PDF vào docs/mau: DATA=thư mục demo (samples of what is written, of a demonstration's folder)
	@$(BIN)/python -m tests.sample_papers "$(DATA)"

lint: setup-dev ## ruff, vulture
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/vulture

types: setup-dev ## mypy --strict
	@$(BIN)/mypy

contracts: setup-dev ## chiều nhập khẩu giữa các thư mục (import contracts)
	@$(BIN)/lint-imports

test: lint types contracts ## toàn bộ kiểm thử (lint, types, contracts, tests)
	@$(BIN)/pytest -q -n $(WORKERS)

faults: setup-dev ## mọi sự cố thư, ghi docs/su-co-thu.md (every mail fault; two minutes)
	@$(BIN)/python -m tests.faults

kills: setup-dev ## SIGKILL ở mọi bước nhận và gửi thư (every boundary, every database and mailbox)
	@BAOCAO_TEST_ALL_KILLS=1 $(BIN)/pytest -q tests/flows/test_kills.py tests/flows/test_service.py

restore-drill: setup-dev ## mất đĩa ở 20 thời điểm của kỳ kế hoạch, khôi phục, chạy tiếp đến hết; nhiều nhất 20 phút (lose the disk, restore, go on)
	@$(BIN)/python -m tests.restoring

soak: setup-dev ## dịch vụ nửa giờ khi máy quá tải, thư đến đều, tiến trình bị dừng bất chợt (half an hour under load)
	@$(BIN)/python -m tests.soak

reads: setup-dev ## 10.000 lần đọc khi máy quá tải, trình đọc bị dừng bất chợt; nhiều nhất nửa giờ (reads at load 30)
	@$(BIN)/python -m tests.soak.reads

year: setup-dev ## một năm lượt chạy, rồi dọn thật; nhiều nhất 15 phút (a year's history and its clean-up)
	@$(BIN)/python -m benchmarks.year

deadline-day: setup-dev ## 2.000 sổ báo cáo đến trong mười phút, bao lâu được trả lời; nhiều nhất nửa giờ (the last day)
	@$(BIN)/python -m benchmarks.deadline_day

growth: setup-dev ## 300, 3.000, 10.000 sổ báo cáo: mỗi việc tốn bao nhiêu; chừng một giờ (what grows with submissions)
	@$(BIN)/python -m benchmarks.growth

bench: setup-dev ## đo tốc độ, in tỷ lệ cạnh mọi mức cần đạt; chừng 25 phút (every aim beside how it stands)
	@$(BIN)/python -m benchmarks.run

bench-all: setup-dev ## như bench, ngày cuối và lượng sổ đo trọn; chừng 40 phút (the same in full)
	@$(BIN)/python -m benchmarks.run --all

elsewhere: setup-dev ## sổ đã điền qua các phần mềm khác (round trips through other programs)
	@$(BIN)/python -m benchmarks.elsewhere

feedback: setup-dev ## một kiểm thử nhỏ tốn bao nhiêu (one focused test, in starts of Python)
	@$(BIN)/python -m benchmarks.feedback

lock: ## cập nhật hai tệp khoá phiên bản (needs uv)
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras -q -o requirements-dev.lock
	@uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras -q -c requirements-dev.lock -o requirements.lock

clean: ## xoá .venv và dữ liệu chạy (remove .venv and run data)
	@rm -rf $(VENV) data/demo
