"""What every start needs: the surroundings settled, one service a folder, patience.

It starts what it is handed: nothing here knows which server that is.
"""
