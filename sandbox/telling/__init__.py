"""A kinder platform than there is: it tells what it did, since when and for which key, and refuses bodies it dislikes.

Made after our own specification; nothing of the real platform stands behind it. It is behind the switch `tells`.
"""
