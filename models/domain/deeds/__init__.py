"""What persons decide, each act as one value under one name, from the form to the record.

Here live the acts themselves (`deed.Deed` and its kinds): what each needs, what is allowed, what
is said of it. Pure: what is known comes in as arguments, and what comes out is the decision to
keep, or the sentence that it holds already. Carrying it out, and whatever reads or writes, is the
adapters'. The record of what was decided, and what follows from it for an answer, is
`models.domain.answers.decisions`, which knows nothing of this room.
"""
