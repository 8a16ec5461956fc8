"""Ratings and pairs ("A round: who is paired" in docs/protocol.md)."""
from collections import Counter
from kit import document, has, pair_hash
EXPECTED, DECAY = map(document("tables.json").get, ("expected_ppm", "decay_e8"))
RULES = {"window": 432_000, "start": 1_500_000, "earlyK": 40_000, "laterK": 20_000, "earlyGames": 10, "phantom": 1_500_000,
         "absencePeriod": 50_400, "absenceOpportunities": 10, "absencePenalty": 15_000, "absenceFloor": 1_300_000,
         "skipsInARow": 3, "halfLife": 216_000, "eligibleFrom": 1_200_000}

half_away = lambda numerator, denominator: (2 * abs(numerator) + denominator) // (2 * denominator) * (1 if numerator >= 0 else -1)

def expected(own, other):
    distance = min(1_500_000, abs(own - other))
    step = distance // 25_000
    low, high = EXPECTED[step], EXPECTED[min(step + 1, 60)]
    above = low + half_away((high - low) * (distance - 25_000 * step), 25_000)
    return above if own >= other else 1_000_000 - above

def decayed(rating, home, blocks, half_life):
    if blocks <= 0 or blocks // half_life > 20: return rating if blocks <= 0 else home
    halvings, rest = divmod(blocks, half_life)
    step = 30 * rest // half_life
    factor = DECAY[step] - half_away((DECAY[step] - DECAY[step + 1]) * (30 * rest - step * half_life), half_life)
    return home + half_away((rating - home) * factor, 10**8 * 2**halvings)

end_of = lambda match: match["status"].get("at")
hotkeys_of = lambda match: (match["a"]["hotkey"], match["b"]["hotkey"])

def with_present(matches, seats):
    """Matches by the hotkeys that their neurons have now."""
    by_uid, found = {seat["uid"]: seat for seat in seats}, []
    for match in matches:
        names = {}
        for side in "ba":
            seat = by_uid.get(match[side]["uid"])
            names[match[side]["hotkey"]] = seat["hotkey"] if seat and seat["registeredAt"] < match["startedAt"] else match[side]["hotkey"]
        status, early = match["status"], match["status"].get("reason", {}).get("hotkey")
        if early is not None:
            status = {**status, "reason": {**status["reason"], "hotkey": names.get(early, early)}}
        found.append({**match, **{side: {**match[side], "hotkey": names[match[side]["hotkey"]]} for side in "ab"}, "status": status})
    return found

def absences(neuron, matches, at, rules):
    """The blocks of a neuron's absences, how many it missed since, and where its period began."""
    uid, hotkey, registered = neuron["uid"], neuron["hotkey"], neuron["registeredAt"]
    found, begin, missed, skips = [], None, 0, 0
    if uid > 255: return found, missed, begin
    own = [(one["startedAt"], end_of(one)) for one in matches if one["startedAt"] <= at and hotkey in hotkeys_of(one)]
    # In one block: ends of own matches, then what begins, then the end of a period.
    events = [(end, 0, 0, None) for _, end in own if end is not None and end <= at]
    events += [(one["startedAt"], 1, one["id"], one) for one in matches if max(registered, at - rules["window"]) < one["startedAt"] <= at]

    def periods_until(block):
        nonlocal begin, missed
        while begin is not None and begin + rules["absencePeriod"] <= block:
            begin += rules["absencePeriod"]
            found.extend([begin] if missed else [])
            missed = 0

    for block, _, _, match in sorted(events, key=lambda one: one[:3]):
        periods_until(block - 1)
        if match is None:
            begin, missed = block, 0
            continue
        enrolled = has(match["enrolled"], uid)
        skipping = not enrolled and has(match["skipped"], uid)
        if begin is None and (enrolled or skipping):
            begin = block
        if hotkey in hotkeys_of(match):
            begin, missed, skips = block, 0, 0
        elif not any(start <= block and (end is None or block < end) for start, end in own):
            skipped = skipping and skips < rules["skipsInARow"]
            skips = 0 if enrolled else skips + skipped
            if enrolled or skipped:
                begin, missed = block, 0
            elif begin is not None and block >= registered + rules["absencePeriod"]:
                missed += 1
                if missed >= rules["absenceOpportunities"]:
                    found.append(block)
                    begin, missed = block, 0
    periods_until(at)
    return found, missed, begin

class Player:
    def __init__(self, rules, absent=(), missed=0, since=None):
        self.rules, self.rating, self.decayed_at, self.games = rules, rules["start"], 0, 0
        self.absent, self.missed, self.since = list(absent), missed, since
    def rating_at(self, block):
        return decayed(self.rating, self.rules["start"], block - self.decayed_at, self.rules["halfLife"])
    def decay(self, block):
        self.rating, self.decayed_at = self.rating_at(block), block
    def pass_absences(self, block):
        while self.absent and self.absent[0] <= block:
            self.decay(self.absent.pop(0))
            self.rating -= min(self.rules["absencePenalty"], max(0, self.rating - self.rules["absenceFloor"]))
    def advance(self, block):
        self.pass_absences(block)
        self.decay(block)
    def play(self, score, expectation):
        k = self.rules["earlyK" if self.games < self.rules["earlyGames"] else "laterK"]
        self.rating += half_away(k * (score - expectation), 1_000_000)
        self.games += 1

def ratings(at, matches, neurons, rules=RULES):
    """Players by hotkey."""
    players = {one["hotkey"]: Player(rules, *absences(one, matches, at, rules)) for one in neurons}
    ended = [match for match in matches if end_of(match) is not None and at - rules["window"] < end_of(match) <= at]
    for match in sorted(ended, key=lambda one: (end_of(one), one["id"])):
        status, block = match["status"], end_of(match)
        a, b = both = [players.setdefault(hotkey, Player(rules)) for hotkey in hotkeys_of(match)]
        if status["_tag"] == "Won":
            a.advance(block)
            b.advance(block)
            of_a, won = expected(a.rating, b.rating), 1_000_000 * (status["winner"] == 0)
            a.play(won, of_a)
            b.play(1_000_000 - won, 1_000_000 - of_a)
        elif status["_tag"] in ("Expired", "Unsolved"):
            for one in both:
                one.advance(block)
                one.play(0, expected(one.rating, rules["phantom"]))
        elif status["reason"]["_tag"] == "SubmittedTooEarly":
            for one, other, hotkey in zip(both, (b, a), hotkeys_of(match)):
                if status["reason"]["hotkey"] == hotkey:
                    other.pass_absences(block)
                    one.advance(block)
                    one.play(0, expected(one.rating, other.rating_at(block)))
    for one in players.values(): one.advance(at)
    return players

def pairs(at, seed, issues, neurons, rating_of, eligible, matches, most, bps, collateral, window=RULES["window"]):
    """The decision on each issue. By hotkey: `rating_of`, without those that are not rated; `eligible`; `collateral`, what no match locks."""
    by_uid = {one["uid"]: one for one in neurons}
    runs = [one for one in matches if one["startedAt"] <= at and (end_of(one) is None or end_of(one) > at)]
    recent = [one for one in matches if end_of(one) is not None and at - window < end_of(one) <= at]
    running = Counter(hotkey for one in runs for hotkey in hotkeys_of(one))
    met = Counter(frozenset(hotkeys_of(one)) for one in runs + recent)
    named = {issue["id"]: [uid for uid in range(256) if has(issue["enrolled"], uid)] for issue in issues}
    count = len({uid for uids in named.values() for uid in uids if by_uid.get(uid, {}).get("hotkey") in eligible})
    needed, paired, found = min(12, max(2, -(-3 * count // 64))), set(), []
    for issue in sorted(issues, key=lambda one: (-one["bounty"], one["id"])):
        required = max(0, issue["bounty"] * bps // 10_000 - 5)
        field, dropped, refused, pair, why = [], [], [], None, "FieldTooSmall"
        for uid in named[issue["id"]]:
            hotkey = by_uid.get(uid, {}).get("hotkey")
            reason = ("NotRegistered" if hotkey is None else "NotRated" if hotkey not in rating_of else
                      "RatingTooLow" if hotkey not in eligible else "CollateralTooLow" if collateral.get(hotkey, 0) < required else
                      "AtMaxCompetitions" if running[hotkey] >= most else "PairedThisRound" if hotkey in paired else None)
            if reason:
                dropped.append([uid, reason])
            else:
                field.append((running[hotkey], -rating_of[hotkey], pair_hash(seed, issue["id"], hotkey), uid))
        field.sort()
        if len(field) >= needed:
            drawn, why = min(sum(one[0] == field[0][0] for one in field), max(2, -(-len(field) // 2))), "NoTwoFit"
            field = sorted(field[:drawn], key=lambda one: one[2]) + field[drawn:]
            for one, other in ((by_uid[one[3]], by_uid[other[3]]) for place, one in enumerate(field) for other in field[place + 1:]):
                same, again = one["coldkey"] == other["coldkey"], met[frozenset((one["hotkey"], other["hotkey"]))] >= 2
                if not same and not again:
                    pair, why = [one["uid"], other["uid"]], "Paired"
                    paired |= {one["hotkey"], other["hotkey"]}
                    break
                refused.append("SameColdkey" if same else "MetTwice")
        found.append({"issue": issue["id"], "why": why, "pair": pair, "fieldNeeded": needed, "requiredCollateral": required,
                      "candidates": [one[3] for one in field], "dropped": dropped, "refused": refused[:100]})
    return found
