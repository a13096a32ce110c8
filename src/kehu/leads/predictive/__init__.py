"""How likely a lead is to be won, learned from those that were won and lost.

`scorecard` is the model itself (plain Python, no heavy import); `learning` alone imports scikit-learn, and only when it
is called, so that web processes never carry it.
"""
