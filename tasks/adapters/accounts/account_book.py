"""The book of accounts: who may enter, who has come in, what was refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, delete, func, select, update

from models.domain.accounts.access import KEPT, Access, AccessKind, on_a_line
from models.domain.accounts.account import (
    EVERYBODY,
    FIRST_ACCOUNT,
    Account,
    AccountRefused,
    AccountRole,
    account_name,
    as_kept,
    is_administered,
    password_fault,
    person_name,
)
from models.domain.accounts.session import (
    LONGEST,
    MOST_OF_ADDRESS,
    TRIES_SPAN,
    Session,
    WrongPassword,
    shut_until,
)
from models.tables import AccessRow, AccountRow, SessionRow
from tasks.adapters.accounts import passwords
from tasks.adapters.store.rows import cleaned, insert_new, migrate, open_engine, table_of

_ACCOUNT, _SESSION, _ACCESS = table_of(AccountRow), table_of(SessionRow), table_of(AccessRow)
_LONGEST_TEXT = 200  # letters of what a stranger typed that are kept


@dataclass(frozen=True, slots=True)
class LoginResult:
    """What became of a try: a token to be known by, or until when none is taken, or neither."""

    account: Account | None = None
    token: str = ""
    shut_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class _Try:
    """A password that was compared; the account, where it was right."""

    account: Account | None = None
    line: int = 0  # of the record
    password_hash: str = field(default="", repr=False)  # that it was compared with
    shut_until: dt.datetime | None = None


class AccountBook:
    """Accounts, sessions and accesses of one installation. Every change is one transaction.

    One that `stays_administered` takes no change after which nobody could let others in: whoever
    works at the machine itself always can, whoever works in a browser could not.
    """

    def __init__(self, engine: Engine, *, stays_administered: bool = False) -> None:
        self.engine = engine
        self._stays_administered = stays_administered

    # Accounts

    def accounts(self) -> list[Account]:
        """All of them by name, closed ones too."""
        with self.engine.begin() as connection:
            rows = connection.execute(select(_ACCOUNT).order_by(_ACCOUNT.c.name))
            return [_account(row._mapping) for row in rows]

    def account(self, name: str) -> Account:
        """The account of that name. Raises AccountRefused where there is none."""
        with self.engine.begin() as connection:
            return _found(connection, name)

    def add(
        self, name: str, person: str, roles: Collection[AccountRole], by: str, now: dt.datetime
    ) -> str:
        """A new account; its password, which nobody can be told a second time.

        Raises AccountRefused.
        """
        name, person = account_name(name), person_name(person)
        password = passwords.made_password()
        row = {
            "name": name,
            "person": person,
            "roles": sorted(roles),
            "password_hash": passwords.hashed(password),
            "password_is_lent": True,
            "created_at": now,
            "closed_at": None,
        }
        with self.engine.begin() as connection:
            if not insert_new(connection, AccountRow, [row]):
                raise AccountRefused(
                    f"Đã có tài khoản «{name}». Cấp lại mật khẩu: baocao account reset {name}."
                )
            write_access(connection, Access(now, AccessKind.ACCOUNT_ADDED, name, by))
        return password

    def add_first(self, by: str, now: dt.datetime) -> tuple[str, str] | None:
        """The administrator's account of an installation that has none: its name and password.

        None where there is one, also a closed one.
        """
        if self.accounts():
            return None
        try:
            password = self.add(FIRST_ACCOUNT, "Quản trị hệ thống", EVERYBODY, by, now)
        except AccountRefused:  # another process was first
            return None
        return FIRST_ACCOUNT, password

    def reset(
        self, name: str, by: str, now: dt.datetime, roles: Collection[AccountRole] | None = None
    ) -> str:
        """A new password for an account, which is open again; its sessions end.

        With roles: these are its roles from now on. Raises AccountRefused.
        """
        password = passwords.made_password()
        new = {"password_hash": passwords.hashed(password), "password_is_lent": True}
        with self.engine.begin() as connection:
            found = _found(connection, name)
            _change(connection, found.name, new | {"closed_at": None})
            write_access(connection, Access(now, AccessKind.PASSWORD_RESET, found.name, by))
            if roles is not None and frozenset(roles) != found.roles:
                _change_roles(connection, found.name, roles, by, now)
                self._look_for_administrator(connection)
            _forget_tries(connection, found.name)
        return password

    def change_roles(
        self, name: str, roles: Collection[AccountRole], by: str, now: dt.datetime
    ) -> bool:
        """These are the account's roles from now on; its sessions end. Whether they were others.

        Raises AccountRefused.
        """
        with self.engine.begin() as connection:
            found = _found(connection, name)
            if frozenset(roles) == found.roles:
                return False
            _change_roles(connection, found.name, roles, by, now)
            self._look_for_administrator(connection)
        return True

    def close(self, name: str, by: str, now: dt.datetime) -> None:
        """Nobody enters with it any more; its sessions end. Raises AccountRefused."""
        with self.engine.begin() as connection:
            found = _found(connection, name)
            if found.is_open:
                _change(connection, found.name, {"closed_at": now})
                write_access(connection, Access(now, AccessKind.ACCOUNT_CLOSED, found.name, by))
                self._look_for_administrator(connection)

    def _look_for_administrator(self, connection: Connection) -> None:
        """Takes the whole change back where nobody could let others in after it.

        Locked: of two who take the role from each other in one moment, the second is refused.
        """
        if not self._stays_administered:
            return
        asked = select(_ACCOUNT).order_by(_ACCOUNT.c.name).with_for_update()
        rows = connection.execute(asked).all()
        if not is_administered(_account(row._mapping) for row in rows):
            raise AccountRefused(
                "Đây là tài khoản quản trị cuối cùng còn dùng: sau đó không ai mở, cấp lại tài "
                "khoản được nữa. Xin giao vai trò quản trị cho một tài khoản khác trước."
            )

    # Sessions

    def sessions(self, now: dt.datetime, idle: dt.timedelta) -> list[Session]:
        """The logins that last, of all accounts, the one used last first."""
        asked = select(_SESSION.c.began_at, _SESSION.c.used_at, _ACCOUNT)
        asked = asked.join(_ACCOUNT, _ACCOUNT.c.name == _SESSION.c.account)
        with self.engine.begin() as connection:
            rows = connection.execute(asked.order_by(_SESSION.c.used_at.desc())).all()
        found = (
            Session(_account(row._mapping), row._mapping["began_at"], row._mapping["used_at"])
            for row in rows
        )
        return [session for session in found if session.lasts(now, idle)]

    def end_sessions(self, name: str, by: str, now: dt.datetime) -> int:
        """Whoever is in by the account must come in again; how many logins ended.

        Raises AccountRefused.
        """
        with self.engine.begin() as connection:
            found = _found(connection, name)
            is_its = _SESSION.c.account == found.name
            ended = connection.execute(delete(_SESSION).where(is_its)).rowcount
            if ended:
                write_access(connection, Access(now, AccessKind.LOGGED_OUT, found.name, by))
        return int(ended)

    # The door

    def log_in(self, name: str, password: str, address: str, now: dt.datetime) -> LoginResult:
        """A session for whoever knows the password."""
        tried = self._try(name, password, address, now)
        if tried.account is None:
            return LoginResult(shut_until=tried.shut_until)
        token = passwords.made_token()
        with self.engine.begin() as connection:
            if not _is_as_compared(connection, tried):
                return LoginResult()
            _was_none(connection, tried.line, AccessKind.LOGGED_IN)
            forget_old(connection, now)
            key = passwords.token_key(token)
            new = {"key": key, "account": tried.account.name, "began_at": now, "used_at": now}
            connection.execute(_SESSION.insert(), new)
        return LoginResult(tried.account, token)

    def _try(self, name: str, password: str, address: str, now: dt.datetime) -> _Try:
        """Compares a password. Each try is written down as wrong before it is looked at."""
        typed = on_a_line(name.strip().lower()[:_LONGEST_TEXT])
        with self.engine.begin() as connection:
            shut = shut_until(_wrong_passwords(connection, now), typed, address, now)
            if shut:
                if _shut_out_lately(connection, address, now) < MOST_OF_ADDRESS:
                    write_access(connection, Access(now, AccessKind.SHUT_OUT, typed, "", address))
                return _Try(shut_until=shut)
            wrong = Access(now, AccessKind.WRONG_PASSWORD, typed, "", address)
            line = write_access(connection, wrong)
            row = connection.execute(select(_ACCOUNT).where(_ACCOUNT.c.name == typed)).first()
        account = None if row is None else _account(row._mapping)
        known = row._mapping["password_hash"] if row and account and account.is_open else None
        right = passwords.is_right(password, known)  # without a hash too: it takes as long
        return _Try(account, line, str(known)) if right else _Try(line=line)

    def session(self, token: str, now: dt.datetime, idle: dt.timedelta) -> Session | None:
        """The login that a token stands for, while it lasts."""
        with self.engine.connect() as connection:
            row = connection.execute(
                select(_SESSION.c.began_at, _SESSION.c.used_at, _ACCOUNT)
                .join(_ACCOUNT, _ACCOUNT.c.name == _SESSION.c.account)
                .where(_SESSION.c.key == passwords.token_key(token))
            ).first()
        if row is None:
            return None
        found = row._mapping
        session = Session(_account(found), found["began_at"], found["used_at"])
        return session if session.lasts(now, idle) else None

    def used(self, token: str, now: dt.datetime) -> None:
        """The person has done something: the session's idleness begins anew."""
        key = passwords.token_key(token)
        with self.engine.begin() as connection:
            connection.execute(update(_SESSION).where(_SESSION.c.key == key).values(used_at=now))

    def log_out(self, token: str, address: str, now: dt.datetime) -> None:
        """The session ends."""
        is_this = _SESSION.c.key == passwords.token_key(token)
        with self.engine.begin() as connection:
            name = connection.execute(select(_SESSION.c.account).where(is_this)).scalar()
            if name is not None:
                connection.execute(delete(_SESSION).where(is_this))
                write_access(connection, Access(now, AccessKind.LOGGED_OUT, name, "", address))

    def change_password(
        self, name: str, old: str, new: str, address: str, now: dt.datetime
    ) -> None:
        """The person's own password; all sessions of the account end. Raises AccountRefused.

        A wrong old one counts as a try: who sits at somebody's open page cannot guess on.
        """
        if fault := password_fault(new, name):
            raise AccountRefused(fault)
        if as_kept(old) == as_kept(new):
            raise AccountRefused("Mật khẩu mới phải khác mật khẩu hiện tại.")
        tried = self._try(name, old, address, now)
        if tried.shut_until:
            raise AccountRefused("Sai mật khẩu quá nhiều lần. Xin đợi 15 phút rồi thử lại.")
        if tried.account is None:
            raise AccountRefused("Mật khẩu hiện tại không đúng.")
        values = {"password_hash": passwords.hashed(new), "password_is_lent": False}
        with self.engine.begin() as connection:
            if not _is_as_compared(connection, tried):
                raise AccountRefused("Mật khẩu hiện tại không đúng.")
            _change(connection, tried.account.name, values)
            _was_none(connection, tried.line, AccessKind.PASSWORD_CHANGED)

    # The record

    def record(self, access: Access) -> None:
        """Writes a line of the record."""
        with self.engine.begin() as connection:
            write_access(connection, access)

    def accesses(self, most: int = 200, account: str = "") -> list[Access]:
        """The newest lines of the record, of one account or of all, newest first."""
        statement = select(_ACCESS).order_by(_ACCESS.c.at.desc(), _ACCESS.c.id.desc()).limit(most)
        if account:
            statement = statement.where(_ACCESS.c.account == account)
        with self.engine.begin() as connection:
            rows = connection.execute(statement).all()
        return [_access(row._mapping) for row in rows]


@contextmanager
def open_book(database_url: str) -> Iterator[AccountBook]:
    """The book of that database, its tables made where they are missing.

    Raises what opening the database raises.
    """
    engine = open_engine(database_url)
    try:
        migrate(engine)
        yield AccountBook(engine)
    finally:
        engine.dispose()


def _found(connection: Connection, name: str) -> Account:
    row = connection.execute(
        select(_ACCOUNT).where(_ACCOUNT.c.name == name.strip().lower())
    ).first()
    if row is None:
        raise AccountRefused(
            f"Không có tài khoản «{name.strip()[:_LONGEST_TEXT]}». Xem: baocao account list."
        )
    return _account(row._mapping)


def _is_as_compared(connection: Connection, tried: _Try) -> bool:
    """Whether the account is still open, and its password still the one that was compared.

    Comparing takes its time: somebody may have closed the account or reset the password meanwhile,
    and whoever knew the old one is not to come in after that.
    """
    name = tried.account.name if tried.account else ""
    is_this = (
        _ACCOUNT.c.name == name,
        _ACCOUNT.c.closed_at.is_(None),
        _ACCOUNT.c.password_hash == tried.password_hash,
    )
    # Locked: what has been looked at stands until what follows from it is written.
    found = connection.execute(select(_ACCOUNT.c.name).where(*is_this).with_for_update()).first()
    return found is not None


def _account(row: object) -> Account:
    values: dict[str, object] = dict(row)  # type: ignore[call-overload]
    return Account(
        name=str(values["name"]),
        person=str(values["person"]),
        roles=frozenset(AccountRole(word) for word in _words(values["roles"])),
        closed_at=values["closed_at"],  # type: ignore[arg-type]
        password_is_lent=bool(values["password_is_lent"]),
    )


def _words(value: object) -> Iterable[str]:
    return [str(word) for word in value] if isinstance(value, list) else []


def _access(row: object) -> Access:
    values: dict[str, object] = dict(row)  # type: ignore[call-overload]
    del values["id"]
    return Access(**values | {"kind": AccessKind(str(values["kind"]))})  # type: ignore[arg-type]


def _change_roles(
    connection: Connection, name: str, roles: Collection[AccountRole], by: str, now: dt.datetime
) -> None:
    _change(connection, name, {"roles": sorted(roles)})
    new_roles = ", ".join(sorted(roles))
    write_access(connection, Access(now, AccessKind.ROLES_CHANGED, name, by, "", new_roles))


def _change(connection: Connection, name: str, values: dict[str, object]) -> None:
    """Changes an account; whoever is in by it must come in again."""
    connection.execute(update(_ACCOUNT).where(_ACCOUNT.c.name == name).values(**values))
    connection.execute(delete(_SESSION).where(_SESSION.c.account == name))


def write_access(connection: Connection, access: Access) -> int:
    """Writes a line of the record within a transaction; the line's number."""
    values = cleaned(
        {
            "at": access.at,
            "kind": access.kind.value,
            "account": on_a_line(access.account[:_LONGEST_TEXT]),
            "by": access.by[:_LONGEST_TEXT],
            "address": on_a_line(access.address[:_LONGEST_TEXT]),
            "detail": on_a_line(access.detail[:_LONGEST_TEXT]),
        }
    )
    made = connection.execute(_ACCESS.insert().returning(_ACCESS.c.id), values).scalar_one()
    return int(made)


def _wrong_passwords(connection: Connection, now: dt.datetime) -> list[WrongPassword]:
    rows = connection.execute(
        select(_ACCESS.c.account, _ACCESS.c.address, _ACCESS.c.at).where(
            _ACCESS.c.kind == AccessKind.WRONG_PASSWORD.value, _ACCESS.c.at > now - TRIES_SPAN
        )
    )
    return [WrongPassword(*row) for row in rows]


def _shut_out_lately(connection: Connection, address: str, now: dt.datetime) -> int:
    """How many tries from there were turned away unseen: they cost nothing, their lines would."""
    statement = select(func.count()).where(
        _ACCESS.c.kind == AccessKind.SHUT_OUT.value,
        _ACCESS.c.address == address,
        _ACCESS.c.at > now - TRIES_SPAN,
    )
    return int(connection.execute(statement).scalar_one())


def _was_none(connection: Connection, line: int, kind: AccessKind) -> None:
    """What was written down as a wrong password turned out to be something else."""
    connection.execute(update(_ACCESS).where(_ACCESS.c.id == line).values(kind=kind.value))


def forget_old(connection: Connection, now: dt.datetime) -> None:
    """Removes what is kept no longer: ended sessions, lines of the record older than a year."""
    connection.execute(delete(_SESSION).where(_SESSION.c.began_at < now - LONGEST))
    connection.execute(delete(_ACCESS).where(_ACCESS.c.at < now - KEPT))


def _forget_tries(connection: Connection, name: str) -> None:
    """The tries so far no longer shut anybody out; they stay in the record."""
    connection.execute(
        update(_ACCESS)
        .where(_ACCESS.c.account == name, _ACCESS.c.kind == AccessKind.WRONG_PASSWORD.value)
        .values(kind=AccessKind.SHUT_OUT.value)
    )
