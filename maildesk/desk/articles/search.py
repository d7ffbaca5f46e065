"""Finding articles: an index in memory, made of title, keywords, category and words.

A word counts by where it stands (`_WEIGHTS`), by how few articles have it, and less the longer an
article is (as BM25 has it). What is looked for may be the beginning of a word, and may be
misspelt: a word that nothing has is taken for those that one or two letters make of it, found by
the pairs of letters they share.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from maildesk.desk.articles.words import stem, telling, words_of

if TYPE_CHECKING:
    from maildesk.desk.articles.article import Article

_TITLE, _KEYWORD, _CATEGORY = 6.0, 5.0, 1.5  # a word of the text counts 1
_SATURATED = 3.0  # from where more of the same word adds little
_PREFIX, _MISSPELT = 0.7, 0.5  # what a word is worth that is not quite it
_OTHER_LANGUAGE = 0.6
_MOST_LIKE = 30  # words that one may stand for
_LONGEST_QUERY, _MOST_WORDS = 400, 12  # characters and words of a query that are looked at
# Likeness of a request: words of its subject count 1, of its text this much
_OF_TEXT, _OF_TEXT_ALONE, _TEXT_LOOKED_AT = 0.4, 0.8, 1500
_ALIKE = 1.3  # from where an article is named
_MOST_OF_IT = 0.6  # or where title and keywords have so much of the subject
# or where it is about a word of the subject that is in title or keywords of few others: a long one;
# or one of the title that is a keyword as well, or long enough, and said so often
_LONG, _NOT_SHORT, _OFTEN, _FEW = 10, 7, 3, 2
_ABOUT = 1.3  # what such a word counts
_REMEMBERED = 8  # requests whose articles were looked for last


class Index:
    """The words of these articles. It never changes: other articles are another index."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = tuple(articles)
        # every notification of one act asks the same
        self._alike = lru_cache(maxsize=_REMEMBERED)(self._looked_for)
        self._found: dict[str, dict[int, float]] = defaultdict(dict)
        self._strong: dict[str, set[int]] = defaultdict(set)  # in title and keywords
        self._about: list[frozenset[str]] = []  # what each is about, beside other things
        lengths = []
        for number, one in enumerate(self._articles):
            counts = _terms(one.words)
            lengths.append(sum(counts.values()))
            weights: dict[str, float] = defaultdict(float)
            for text, weight in ((one.title, _TITLE), (one.category, _CATEGORY)):
                for word in words_of(text):
                    weights[stem(word)] += weight
            for word in words_of(" ".join(one.keywords)):
                weights[stem(word)] += _KEYWORD
            for word in words_of(" ".join((one.title, *one.keywords))):
                self._strong[stem(word)].add(number)
            self._about.append(_about(one, counts))
            for word, count in counts.items():
                weights[word] += count
            for word, weight in weights.items():
                self._found[word][number] = weight
        average = sum(lengths) / len(lengths) if lengths else 1.0
        for numbers in self._found.values():
            for number, weight in numbers.items():
                long = 0.5 + 0.5 * lengths[number] / (average or 1.0)
                numbers[number] = weight / (weight + _SATURATED * long)

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(self._found)

    @cached_property
    def _by_pair(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._vocabulary):
            for pair in _pairs(word):
                found[pair].append(number)
        return found

    def search(self, query: str, language: str, *, public_only: bool = True) -> list[Article]:
        """What fits these words, best first: at least half of them, one way or another."""
        asked = telling(query[:_LONGEST_QUERY])[:_MOST_WORDS]
        scores, hits = self._hits(asked)
        needed = (len(asked) + 1) // 2
        found = [number for number in scores if hits[number] >= needed]
        tongue = language.lower()

        def order(number: int) -> tuple[float, str]:
            one = self._articles[number]
            share = (hits[number] / len(asked)) ** 2
            own = 1.0 if one.language.lower() == tongue else _OTHER_LANGUAGE
            return -scores[number] * share * own, one.title

        return self._readable(sorted(found, key=order), public_only=public_only)

    def begun(self, subject: str) -> list[Article]:
        """What a subject may name that is still being written, or misspelt, of what is public: two
        thirds of its words begin one of title or keywords, or are nearly one."""
        asked = self._named(subject)[:_MOST_WORDS]
        scores, hits = self._hits(asked, strong_only=True)
        needed = -(-2 * len(asked) // 3)
        found = [number for number in scores if hits[number] >= needed]
        best = sorted(found, key=lambda number: (-scores[number], self._articles[number].title))
        return self._readable(best, public_only=True)

    def _hits(
        self, asked: Iterable[str], *, strong_only: bool = False
    ) -> tuple[Mapping[int, float], Counter[int]]:
        """How well each article fits these words, and how many of them it has."""
        scores: dict[int, float] = defaultdict(float)
        hits: Counter[int] = Counter()
        for word in asked:
            best: dict[int, float] = {}
            for term, worth in self._meant(word):
                rare = self._rare(term) * worth
                for number, weight in self._found[term].items():
                    if not strong_only or number in self._strong.get(term, ()):
                        best[number] = max(best.get(number, 0.0), weight * rare)
            for number, score in best.items():
                scores[number] += score
                hits[number] += 1
        return scores, hits

    def _named(self, subject: str) -> list[str]:
        """The words of a subject that say what it is about; a number that no article has is one of
        an order, an invoice …"""
        typed = telling(subject[:_LONGEST_QUERY], at_least=False)
        return [word for word in typed if word.isalpha() or word in self._strong]

    def like(self, subject: str, text: str, *, public_only: bool = True) -> list[Article]:
        """What a request of these words may be about, most alike first; only what has words of it
        in its title or its keywords."""
        found = self._alike(subject[:_LONGEST_QUERY], text[:_TEXT_LOOKED_AT])
        return self._readable(found, public_only=public_only)

    def _looked_for(self, subject: str, text: str) -> tuple[int, ...]:
        """The articles that are like these words, most alike first."""
        typed = self._named(subject)
        named = {stem(word) for word in typed}
        long = {stem(word) for word in typed if len(word) >= _LONG}
        worth = _OF_TEXT if named else _OF_TEXT_ALONE
        said = telling(text, at_least=False)
        if not named and len(said) < _MOST_WORDS:
            named = {stem(word) for word in said}
        weights = {stem(word): worth for word in said} | dict.fromkeys(named, 1.0)
        scores: dict[int, float] = defaultdict(float)
        covered: Counter[int] = Counter()
        about: set[int] = set()
        for word, weight in weights.items():
            strong = self._strong.get(word, ())
            is_told = word in named and self._is_of_few(strong)
            for number in self._found.get(word, ()):
                is_about = is_told and (word in self._about[number] or word in long)
                about |= {number} if is_about and number in strong else set()
                where = (_ABOUT if is_about else 1.0) if number in strong else 0.2
                scores[number] += weight * where * min(1.0, self._rare(word) / 1.5)
                covered[number] += word in named and number in strong
        named_by = set().union(*(self._strong.get(word, set()) for word in weights))
        alike = [
            number
            for number in named_by
            if number in about
            or scores[number] >= _ALIKE
            or (named and covered[number] >= _MOST_OF_IT * len(named))
        ]
        best = sorted(alike, key=lambda number: (-scores[number], self._articles[number].title))
        return tuple(best)

    def _readable(self, numbers: Iterable[int], *, public_only: bool) -> list[Article]:
        found = (self._articles[number] for number in numbers)
        return [one for one in found if one.is_public or not public_only]

    def _is_of_few(self, numbers: Iterable[int]) -> bool:
        """Whether these are few articles, in whatever languages."""
        return len({self._articles[number].slug.lower() for number in numbers}) <= _FEW

    def _rare(self, term: str) -> float:
        there, all_ = len(self._found[term]), len(self._articles)
        return math.log(1.0 + (all_ - there + 0.5) / (there + 0.5)) + 0.3

    def _meant(self, word: str) -> list[tuple[str, float]]:
        """The words of the index that this one may be, and what each is worth."""
        bare = stem(word)
        found = {bare: 1.0} if bare in self._found else {}
        for start in dict.fromkeys((word, bare)):
            if len(start) >= 3:
                for term in self._beginning_with(start):
                    found.setdefault(term, _PREFIX)
        if not found:
            found = dict.fromkeys(self._misspelt(bare), _MISSPELT)
        return list(found.items())

    def _beginning_with(self, start: str) -> list[str]:
        at = bisect_left(self._vocabulary, start)
        near = self._vocabulary[at : at + _MOST_LIKE]
        return [term for term in near if term.startswith(start)]

    def _misspelt(self, word: str) -> list[str]:
        """What one letter makes of it, of a long word two: wrong, missing, too many, swapped."""
        if len(word) < 4:
            return []
        most = 1 if len(word) < 8 else 2
        pairs = _pairs(word)
        shared: Counter[int] = Counter()
        for pair in pairs:
            shared.update(self._by_pair.get(pair, ()))
        needed = max(1, len(pairs) - 3 * most)
        near = (
            self._vocabulary[number] for number, count in shared.most_common(400) if count >= needed
        )
        close = [(_apart(word, term, most), term) for term in near]
        best = min((far for far, _ in close), default=most + 1)
        return [term for far, term in close if far == best <= most][:_MOST_LIKE]


def _about(one: Article, counts: Mapping[str, int]) -> frozenset[str]:
    """The words of its title that it is about."""
    single = (word for word in one.keywords if len(word.split()) == 1)
    keys = {stem(word) for keyword in single for word in words_of(keyword)}
    return frozenset(
        stem(word)
        for word in words_of(one.title)
        if stem(word) in keys or (len(word) >= _NOT_SHORT and counts.get(stem(word), 0) >= _OFTEN)
    )


@lru_cache(maxsize=8192)
def _terms(text: str) -> Mapping[str, int]:
    """How often which word stands in a text; remembered, for of many articles one changes."""
    found: Counter[str] = Counter()
    for word, count in Counter(words_of(text)).items():
        found[stem(word)] += count
    return found


def _pairs(word: str) -> frozenset[str]:
    whole = f" {word} "
    return frozenset(whole[at : at + 2] for at in range(len(whole) - 1))


def _apart(one: str, other: str, most: int) -> int:
    """How many letters have to be put right (two that are swapped are one); above `most`, just
    more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, there in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != there))
            is_swapped = at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == there
            row.append(min(cost, older[to - 2] + 1) if is_swapped else cost)
        if min(row) > most:
            return most + 1
    return row[-1]
