"""A person's decisions carried out: each deed by the function that bears its name.

Each in one transaction. What is allowed and what is said of it is not decided here but in
`models.domain.deeds`.
"""
