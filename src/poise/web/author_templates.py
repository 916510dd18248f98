"""Empty forms for new pieces: each field with what belongs there; a form that is sent as it is does not pass."""

TEMPLATES = {
    "statements": """\
key:
quality:
pole:            # high or low: which end of the quality a person who agrees shows
text:
ease: 0.0        # -3 to 3: how much easier to agree with than most
desirability:    # 1 to 7: how good it sounds
rated: false     # true: rated singly; false: it may stand in a block
enemies: []
""",
    "blocks": """\
key:
statements: []   # the keys of three statements, about equally attractive, of three qualities
""",
    "situations": """\
key:
title:
text: >-

jobs: []         # keys of jobs
tension: []      # qualities that pull against each other here; may be left empty
reactions:       # three to five, with good and poor ones among them
  - key:
    text:
    quality:
    pole:        # high or low: the end that a person who rates it highly shows
    ease: 0.0
    why:
  - key:
    text:
    quality:
    pole:
    ease: 0.0
    why:
  - key:
    text:
    quality:
    pole:
    ease: 0.0
    why:
""",
    "interview": """\
key:
quality:
asks:
follow_ups:      # two to four
  -
  -
anchors:         # five: what an answer holds, from poor to very good
  -
  -
  -
  -
  -
""",
    "attention": """\
key:
text:
answer:          # 0 (not at all) to 4 (exactly): the step that the line asks for
""",
    "conditions": """\
key:
name:
asks:
levels:          # five, from least to most
  -
  -
  -
  -
  -
""",
    "claims": """\
key:
text:
rests_on:
""",
}
