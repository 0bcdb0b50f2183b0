"""Who answers for what: agencies and their successors, the catalogue, targets and their revisions.

As the directive printed it and as it stands on a day. Nothing here knows what anybody sent in.
"""
