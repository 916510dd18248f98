"""Scripted representatives: made-up people who serve any customer, and the order in which they must come out.

`policy` is what one of them does and says, read from YAML; `view` is what can be seen from the desk; `playing` lets
one serve a customer; `proof` says who did how well, and whether that is the order it should be.
"""

from poise.roleplay.representatives.playing import Act, decide, play, replay
from poise.roleplay.representatives.policy import Representative, load_representatives
from poise.roleplay.representatives.view import View, see

__all__ = ["Act", "Representative", "View", "decide", "load_representatives", "play", "replay", "see"]
