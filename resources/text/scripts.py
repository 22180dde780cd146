"""Scripts that do not put spaces between words, as ranges for the inside of a `[…]` in a pattern.

Each caller takes what it needs of them: what stands for a syllable or a word by itself, and what
hides words in a long run of letters.
"""

# Hiragana, katakana; Han with its extensions and compatibility forms.
HAN_AND_KANA = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HANGUL = r"\uac00-\ud7af"
THAI_AND_LAO = r"\u0e00-\u0eff"
# Without the digits, which make numbers as anywhere else.
THAI_LETTERS = r"\u0e01-\u0e4f\u0e5a-\u0e7f"
SOUTH_EAST_ASIAN = THAI_AND_LAO + r"\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
UNSPACED = HAN_AND_KANA + SOUTH_EAST_ASIAN
