"""From reports to weights ("An epoch: what miners earned" in docs/protocol.md)."""
import math
from collections import defaultdict
from kit import canonical_hash, has, seen_set
POOL, WHOLE, MOST, HELD = 10**15, 10**6, 65_535, 14
KINDS = ("oss_contributions", "issue_competitions", "champions")
CHAMPIONS = [333_333, 266_667, 200_000, 133_333, 66_667]

rounded = lambda fraction, whole: math.floor(fraction * float(whole) + 0.5)
given = lambda value, otherwise: otherwise if value is None else value

def by_largest_remainder(parts, whole):
    total = sum(parts)
    if total == 0: return list(parts)
    found = [part * whole // total for part in parts]
    for at in sorted(range(len(parts)), key=lambda at: (-(parts[at] * whole % total), at))[:whole - sum(found)]:
        found[at] += 1
    return found

BLOCKS = {"first": 0, "mirrors": 50, "opening": 100, "seeing": 150, "settling": 200}
epoch_blocks = lambda first, tempo: {name: first + tempo * blocks // 360 for name, blocks in BLOCKS.items()}
stake_of = lambda ones: sum(one["stake"] for one in ones)

def lower_median(votes, total):
    """`votes`: value and stake. None where less than a third of all stake measured."""
    measuring, reached = sum(stake for _, stake in votes), 0
    for value, stake in sorted(votes) if measuring > 0 and 3 * measuring >= total else []:
        reached += stake
        if 2 * reached >= measuring: return value

committed_hash = lambda scores, epoch: scores["sha256"] if scores and scores["epoch"] == epoch and scores["sha256"] != "0" * 64 else None

def counted_reports(voters, neurons, epoch, opening, settling):
    """The hotkeys whose reports count, with those that have them. Commitments by hotkey."""
    uids, found = {one["hotkey"]: one["uid"] for one in neurons}, {}
    said = [(one, settling.get(one["hotkey"]) or {}) for one in voters]
    sets = [(one, seen_set(scores["seen"])) for one, scores in said if scores.get("epoch") == epoch and "seen" in scores]
    for hotkey in (one["hotkey"] for one in voters):
        having = [other for other, bits in sets if has(bits, uids.get(hotkey, 256))]
        if 2 * stake_of(having) > stake_of(voters) and committed_hash(opening.get(hotkey), epoch) is not None:
            found[hotkey] = [other["hotkey"] for other in having]
    return found

def stakes_by(voters, reports, key):
    stakes = defaultdict(int)
    for one in voters:
        stakes[reports.get(one["hotkey"], {}).get(key)] += one["stake"]
    return {named: stake for named, stake in stakes.items() if named is not None}

def settling_roster(in_force, voters, reports):
    stakes = stakes_by(voters, reports, "roster")
    named, total = min(stakes, key=lambda one: (-stakes[one], one), default=in_force), stake_of(voters)
    return named if in_force is None or total > 0 and 3 * stakes.get(named, 0) >= 2 * total else in_force

def settle(epoch, voters, neurons, reports, before=None):
    """What the reports come to, and whether all that it depends on is known."""
    total, reporters = stake_of(voters), [one for one in voters if one["hotkey"] in reports]
    stakes, needs = stakes_by(voters, reports, "settlement"), False
    previous = next((one for one in stakes if 2 * stakes[one] > stake_of(reporters)), None)
    found = {"quorum": total > 0 and 3 * stake_of(reporters) >= 2 * total, "previous": previous, "cells": [], "repositories": []}
    if not found["quorum"]: return found, True
    hotkeys = {one["uid"]: one["hotkey"] for one in neurons if one["uid"] != 0}
    recent = {part: [one for one in (before or {}).get(part, []) if epoch - one["measuredIn"] <= HELD] for part in ("cells", "repositories")}
    kept = {(one["uid"], one["repository"], one["side"]): one for one in recent["cells"] if hotkeys.get(one["uid"]) == one["hotkey"]}
    of_miners, places = [], set(kept)
    for one in reporters:
        by_uid = {}
        for miner in reports[one["hotkey"]]["miners"]:
            uid, cells = miner["uid"], miner["cells"]
            places |= {(uid, cell["repository"], cell["side"]) for cell in given(cells, [{"repository": "", "side": "author"}])}
            is_measured = cells is not None and hotkeys.get(uid) == miner["hotkey"]
            by_uid[uid] = {(cell["repository"], cell["side"]): cell for cell in cells} if is_measured else None
        of_miners.append((one["stake"], by_uid))
    for uid, repository, side in sorted(place for place in places if place[0] in hotkeys):
        nets, fulls = [], []
        for stake, by_uid in of_miners:
            cells = by_uid.get(uid, {})
            cell = {"sum": None} if cells is None else cells.get((repository, side), {"sum": 0, "less": 0, "full": 0})
            if cell["sum"] is not None:
                nets.append((max(0, cell["sum"] - cell["less"]), stake))
                fulls.append((cell["full"], stake))
        net, full = lower_median(nets, total), lower_median(fulls, total)
        if net is None:
            needs = True
            found["cells"] += [kept[uid, repository, side]] if (uid, repository, side) in kept else []
        elif net + full > 0:
            named = {"uid": uid, "hotkey": hotkeys[uid], "repository": repository, "side": side}
            found["cells"].append({**named, "net": net, "full": full, "measuredIn": epoch})
    kept = {one["repository"]: one for one in recent["repositories"]}
    said = [(one["stake"], {part["repository"]: part for part in reports[one["hotkey"]]["repositories"]}) for one in reporters]
    for repository in sorted(set(kept).union(*(by_name for _, by_name in said))):
        votes = [(by_name.get(repository, {"maintainers": [], "lost": 0}), stake) for stake, by_name in said]
        votes = [(one, stake) for one, stake in votes if one["maintainers"] is not None]
        lost, naming = lower_median([(one["lost"], stake) for one, stake in votes], total), defaultdict(int)
        if lost is None:
            needs = True
            found["repositories"] += [kept[repository]] if repository in kept else []
            continue
        for one, stake in votes:
            for uid in {who["uid"] for who in one["maintainers"] if hotkeys.get(who["uid"]) == who["hotkey"]}:
                naming[uid] += stake
        maintainers = [{"uid": uid, "hotkey": hotkeys[uid]} for uid in sorted(naming) if 2 * naming[uid] > sum(stake for _, stake in votes)]
        if maintainers or lost:
            found["repositories"].append({"repository": repository, "maintainers": maintainers, "lost": lost, "measuredIn": epoch})
    return found, not needs or previous is None or before is not None

def pool_units(cells, repositories, roster, work):
    """Parts of the pool by UID. `work`: whether the roster has the rules that pay for work."""
    roster, reported = {name.lower(): one for name, one in roster.items()}, {one["repository"]: one for one in repositories}
    found = dict.fromkeys(sorted({0, *(one["uid"] for one in cells), *(who["uid"] for one in repositories for who in one["maintainers"])}), 0)

    def give(points, whole):
        uids = sorted(points)
        for uid, part in zip(uids, by_largest_remainder([points[uid] for uid in uids], whole)): found[uid] += part

    names, waiting = sorted(roster), []
    shares = [rounded(roster[name]["emission_share"], POOL) for name in names]
    for name, share in zip(names, by_largest_remainder(shares, POOL) if sum(shares) > POOL else shares):
        rules, one = roster[name], reported.get(name, {"maintainers": [], "lost": 0})
        left, discovery = share * (1_000 - one["lost"]) // 1_000, given(rules.get("issue_discovery_share"), 0.5)
        cut = left * rounded(given(rules.get("maintainer_cut"), 0), POOL) // POOL if one["maintainers"] else 0
        give({who["uid"]: 1 for who in one["maintainers"]}, cut)
        points, all_points = {"author": defaultdict(int), "finder": defaultdict(int)}, 0
        is_work = work or rules.get("work") is not None
        for cell in (cell for cell in cells if cell["repository"] == name):
            all_points += cell["full"]
            if cell["net"] > 0:
                points["author" if is_work else cell["side"]][cell["uid"]] += cell["net"]
        if is_work:
            full = given((rules.get("work") or {}).get("full_slice_points"), 50 if rules.get("fixed_base_score") is None else 0)
            due = rounded(full, POOL) * WHOLE // POOL
            give(points["author"], 0 if all_points == 0 else left - cut if all_points >= due else (left - cut) * all_points // due)
        else:
            waiting.append((left - cut, discovery, points["author"] if discovery < 1 else {}, points["finder"] if discovery > 0 else {}))
    active = [one for one in waiting if one[2] or one[3]]
    slices = by_largest_remainder([one[0] for one in active], sum(one[0] for one in waiting))
    for slice_, (_, discovery, authors, finders) in zip(slices, active):
        to_finders = 0 if not finders else slice_ * rounded(discovery, POOL) // POOL if authors else slice_
        give(authors, slice_ - to_finders)
        give(finders, to_finders)
    found[0] += POOL - sum(found.values())
    return found

def shares_of(settled, roster, work=False):
    """Parts of a million by UID."""
    if settled.get("leader"): return {settled["leader"]["uid"]: WHOLE}
    parts = pool_units(settled["cells"], settled["repositories"], roster, work)
    return {uid: part for uid, part in zip(parts, by_largest_remainder(list(parts.values()), WHOLE)) if part > 0}

def leader_of(shares, neurons, rule, before):
    """Who gets the whole pool, by shares by UID."""
    miners, before = [one for one in neurons if one["uid"] != 0], before or {}
    leader = next((one for one in miners if one["hotkey"] == before.get("hotkey")), None)
    others = [one for one in miners if one is not leader and shares.get(one["uid"], 0) > 0]
    first = min(others, key=lambda one: (-shares[one["uid"]], one["uid"]), default=None)
    if first is None or leader is None:
        chosen, challenger = given(leader, first), None
    else:
        share, least, margin = shares[first["uid"]], shares.get(leader["uid"], 0), rounded(rule.get("margin", 0.02), WHOLE)
        last = before.get("challenger") or {}
        ahead = share > least and share * WHOLE >= least * (WHOLE + margin) and 1 + last.get("epochs", 0) * (last.get("hotkey") == first["hotkey"])
        chosen = first if ahead and ahead >= rule.get("epochs", 3) else leader
        challenger = {"hotkey": first["hotkey"], "epochs": ahead} if ahead and chosen is leader else None
    return chosen and {"uid": chosen["uid"], "hotkey": chosen["hotkey"], "challenger": challenger}

def agreed(settled, roster, work, later):
    """Shares without UIDs that have another hotkey at E + D2, whose neurons are `later`."""
    now = {one["uid"]: one["hotkey"] for one in later}
    named = settled["cells"] + [who for one in settled["repositories"] for who in one["maintainers"]] + [one for one in [settled.get("leader")] if one]
    whose = {one["uid"]: one["hotkey"] for one in named}
    return {uid: part for uid, part in shares_of(settled, roster, work).items() if uid == 0 or now.get(uid) == whose.get(uid)}

def champions(wins, first, later):
    newest = sorted(wins, key=lambda one: (-one["wonAt"], -one["competition"]))
    uids, holders = {one["hotkey"]: one["uid"] for one in first}, {one["uid"]: one["hotkey"] for one in later}
    places = zip(dict.fromkeys(one["hotkey"] for one in newest), CHAMPIONS)
    return {uids[hotkey]: part for hotkey, part in places if hotkey in uids and holders.get(uids[hotkey]) == hotkey}

def blend(rewards, emission):
    """Parts of a million by UID. `rewards`: the same by kind of pool."""
    parts = defaultdict(int)
    for pool in emission["pools"].values():
        for uid, ppm in rewards.get(pool["kind"], {}).items() if pool["kind"] in KINDS else ():
            parts[uid] += ppm * rounded(pool["share"], WHOLE) // WHOLE
    parts[0] += WHOLE - sum(parts.values())
    return {uid: part for uid, part in sorted(parts.items()) if part > 0}

def to_u16(parts):
    most, found = max(parts.values(), default=0), {}
    for uid in sorted(parts):
        whole, rest = divmod(parts[uid] * MOST, most) if most else (0, 0)
        found[uid] = whole + (2 * rest > most or 2 * rest == most and whole % 2 == 1)
    return {uid: value for uid, value in found.items() if value}

def conform(rewards, neurons, least, highest):
    parts = {uid: part * WHOLE for uid, part in rewards.items() if part > 0 and uid < neurons}
    if not parts or neurons < least: return dict.fromkeys(range(neurons), 1)
    if len(sent := to_u16(parts)) < least:
        few = [uid for uid in range(neurons) if uid not in sent][: least - len(sent)] if least * (highest - 100) > MOST else range(neurons)
        added = lambda uid: 10 * WHOLE * ((uid in few) + (uid == 0) * (neurons - len(few)))
        parts = {uid: part for uid in range(neurons) if (part := parts.get(uid, 0) + added(uid))}
    falling, rest = sorted(parts.values(), reverse=True), sum(parts.values())
    if len(falling) * highest > MOST and falling[0] * MOST <= highest * rest: return parts
    for cuts, greatest in enumerate(falling[:-1] if len(falling) * highest > MOST else [], 1):
        height = highest * (rest := rest - greatest) // (MOST - cuts * highest) if MOST > cuts * highest else -1
        if falling[cuts] <= height: return {uid: min(part, height) for uid, part in parts.items()}
        if height < 0: break
    return dict.fromkeys(parts, 1)

def fit(rewards, neurons, least, highest):
    tries = (to_u16(conform(rewards, neurons, least, highest - lower)) for lower in range(101))
    first, is_good = next(tries), lambda found: max(found.values(), default=0) * MOST <= highest * sum(found.values())
    return first if is_good(first) else next(filter(is_good, tries), first)

def epoch_weights(facts, roster, reports):
    """The weights of an epoch by the chain's facts, the roster and the reports, by hotkey; None: they are held."""
    voters, epoch = [{**one, "stake": int(one["stake"])} for one in facts["voters"]], facts["epoch"]
    opening, settling = ({one["hotkey"]: one[key] for one in voters} for key in ("atOpening", "atSettling"))
    counted = {hotkey: reports[hotkey] for hotkey in counted_reports(voters, facts["neurons"], epoch, opening, settling)}
    assert all(canonical_hash(report) == committed_hash(opening[hotkey], epoch) for hotkey, report in counted.items())
    by = settling_roster((facts["roster"]["committed"] or {}).get("sha256"), voters, counted)
    counted = {hotkey: report for hotkey, report in counted.items() if report["roster"] == by}
    settled, known = settle(epoch, voters, facts["neurons"], counted)
    assert known and canonical_hash(roster) == by
    if not any(cell["net"] > 0 for cell in settled["cells"]): return None
    changed = {one["uid"]: one["hotkey"] for one in facts["changed"]}
    later = [{**one, "hotkey": changed.get(one["uid"], one["hotkey"])} for one in facts["neurons"]]
    rewards = {kind: dict(pool.get("rewards", [])) for kind, pool in facts["pools"].items()}
    rewards["oss_contributions"] = agreed(settled, roster["repositories"], roster.get("scoring") == "work", later)
    return fit(blend(rewards, roster["emission"]), len(later), facts["rules"]["minimumWeights"], facts["rules"]["maximumShare"])
