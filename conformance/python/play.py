"""Plays the kit by this second implementation: prints what differs and how many cases were compared. With `-` it plays lines of standard input."""
import json, sys
from collections import Counter
import epochs, kit, rounds
as_u16 = lambda found: {"uids": list(found), "values": list(found.values())}
rules_of = lambda case: {**rounds.RULES, **(case.get("rules") or {})}
shape = lambda one: (one["neurons"], one["minimumWeights"], one["maximumShare"])

def of_ratings(case):
    players = rounds.ratings(case["at"], case["competitions"], case["miners"], rules_of(case))
    return {hotkey: [one.rating, one.games, one.missed, one.since] for hotkey, one in players.items()}

def of_pairs(case):
    rating_of, eligible = {hotkey: one["rating"] for hotkey, one in case["ratings"].items()}, {key for key, one in case["ratings"].items() if one["eligible"]}
    return rounds.pairs(case["at"], case["seed"], case["issues"], case["neurons"], rating_of, eligible, case["competitions"],
                        case["maxCompetitionsPerMiner"], case["collateralBps"], case["collateral"], rules_of(case)["window"])

def settlement(epoch, roster, electorate, reports, before=None, shares=None, rule=None):
    found, known = epochs.settle(epoch["index"], electorate["voters"], electorate["neurons"], reports, before)
    voters = [{**one, "report": kit.canonical_hash(reports[one["hotkey"]]) if one["hotkey"] in reports else None} for one in electorate["voters"]]
    whole = {"format": "gittensor/settlement/v1", "epoch": epoch["index"], "block": epoch["firstBlock"], "roster": roster,
             "voters": sorted(voters, key=lambda one: one["hotkey"]), **found}
    if rule and found["quorum"]:
        by_uid = {one["uid"]: shares[one["hotkey"]] for one in electorate["neurons"] if one["hotkey"] in shares}
        leader = epochs.leader_of(by_uid, electorate["neurons"], rule, (before or {}).get("leader"))
        whole, known = {**whole, **({"leader": leader} if leader else {})}, known and (found["previous"] is None or before is not None)
    return {"settlement": whole, "isKnown": known}

RULES = {
    "elo/computeRatings": of_ratings, "elo/expectedScorePpm": rounds.expected, "elo/decayTowards": rounds.decayed,
    "elo/withPresentHotkeys": rounds.with_present, "pairs/computePairs": of_pairs, "weights/divided": epochs.by_largest_remainder,
    "weights/blend": lambda all_, emission: epochs.blend({kind: one["rewards"] for kind, one in all_.items() if one["_tag"] == "Scored"}, emission),
    "weights/conform": lambda rewards, one: epochs.conform(rewards, *shape(one)),
    "weights/fitting": lambda rewards, one: as_u16(epochs.fit(rewards, *shape(one))),
    "consensus/championRewards": lambda wins, first, now: epochs.champions(wins, first["neurons"], now["neurons"]),
    "consensus/countedOf": lambda one, *rest: epochs.counted_reports(one["voters"], one["neurons"], *rest),
    "consensus/epochBlocksOf": epochs.epoch_blocks, "consensus/settlementOf": settlement,
    "consensus/lowerMedian": lambda votes, total: epochs.lower_median([(one["value"], one["stake"]) for one in votes], total),
    "consensus/settlingRoster": lambda in_force, electorate, reports: epochs.settling_roster(in_force, electorate["voters"], reports),
    "contributions/agreedShares": lambda measured, roster, one: epochs.agreed(measured, roster, False, one["neurons"]),
    "bytes/canonicalJson": kit.canonical, "bytes/canonicalHash": kit.canonical_hash, "bytes/settlementHash": kit.canonical_hash,
    "bytes/publicKey": kit.public_key, "bytes/uids": kit.uid_set, "bytes/seen": kit.seen_text, "bytes/scoresFields": kit.scores_fields,
    "bytes/enrolmentText": kit.enrolment_text, "bytes/linkText": kit.link_text, "bytes/root": kit.rooted,
    "bytes/reportText": lambda body: kit.document_text("report", body, "genesis", "netuid", "epoch", "validator"),
    "bytes/rosterText": lambda body: kit.document_text("roster", body, "genesis", "netuid", "owner", "version"),
    "bytes/merkleRoot": lambda leaves: kit.merkle_root([(one["bytes"], one["sums"]) for one in leaves]),
    "bytes/toU16": lambda parts: as_u16(epochs.to_u16(parts)),
    "bytes/pairHash": lambda seed, *rest: kit.pair_hash(bytes.fromhex(seed[2:]), *rest)
}

def compared(rule, outcome):
    """The part of an outcome that these rules give: others say more, for people."""
    if rule == "elo/computeRatings":
        return {hotkey: [one["rating"], one["games"], one["absence"]["missed"], one["absence"]["since"]] for hotkey, one in outcome.items()}
    if rule == "pairs/computePairs":
        uids = lambda all_: all_ and [one["uid"] for one in all_]
        return [{**{key: one[key] for key in ("issue", "why", "fieldNeeded", "requiredCollateral")}, "pair": uids(one["pair"]), "candidates": uids(one["candidates"]),
                 "dropped": [[who["uid"], who["why"]] for who in one["dropped"]], "refused": [two["why"] for two in one["refused"]]} for one in outcome]
    return outcome

def rule_cases(cases):
    for one in cases:
        if one["rule"] in RULES and one["outcome"] != {"throws": "RangeError"}:
            yield one["rule"], one["name"], lambda one=one: RULES[one["rule"]](*kit.plain(one["input"])), compared(one["rule"], kit.plain(one["outcome"]))

def match_of(id_, a, b, started, kind, at, enrolled, skipped):
    early = {"earlyA": a, "earlyB": b}.get(kind)
    status = {"_tag": "Won", "winner": int(kind)} if kind in "01" else {"_tag": "Expired"} if kind == "expired" else {
        "_tag": "Void", "reason": {"_tag": "NotPlanned" if early is None else "SubmittedTooEarly", "hotkey": early}}
    return {"id": id_, "a": {"hotkey": a}, "b": {"hotkey": b}, "startedAt": started, "status": {**status, "at": at},
            "enrolled": bytes.fromhex(enrolled), "skipped": bytes.fromhex(skipped)}

def ratings_of(one):
    neurons = [{"uid": uid, "hotkey": uid, "registeredAt": block} for uid, block in one["miners"]]
    players = rounds.ratings(one["at"], [match_of(*line) for line in one["competitions"]], neurons)
    return {str(uid): [player.rating, player.games] for uid, player in players.items()}

def pairs_of(one):
    neurons = {neuron["uid"]: neuron for neuron in one["neurons"]}
    of = lambda all_: {neurons[uid]["hotkey"]: int(value) for uid, value in enumerate(all_) if value is not None and uid in neurons}
    matches = [{**{side: neurons.get(match[side], {"hotkey": match[side]}) for side in "ab"}, "startedAt": match["startedAt"],
                "status": {"at": match["endedAt"]}} for match in one["matches"]]
    issues = [{"id": issue["id"], "bounty": int(issue["bounty"]), "enrolled": kit.uid_set(issue["enrolled"])} for issue in one["issues"]]
    found = rounds.pairs(one["at"], bytes.fromhex(one["seed"][2:]), issues, one["neurons"], of(one["ratings"]),
                         {key for key, rating in of(one["ratings"]).items() if rating >= rounds.RULES["eligibleFrom"]}, matches,
                         one["maxCompetitionsPerMiner"], one["collateralBps"], of(one["collateral"]))
    return [{**{key: part for key, part in issue.items() if key != "refused"}, "requiredCollateral": str(issue["requiredCollateral"])} for issue in found]

def consensus_of(one):
    voters = [{"hotkey": voter["hotkey"], "stake": int(voter["stake"])} for voter in one["validators"]]
    reports = {voter["hotkey"]: {"repositories": [], **voter["report"]} for voter in one["validators"] if voter["report"] is not None}
    before, roster = one.get("before"), one["roster"]
    settled, _ = epochs.settle(one.get("epoch", 0), voters, one["neurons"], reports, before)
    if one.get("winnerTakesAll") and settled["quorum"]:
        settled["leader"] = epochs.leader_of(epochs.shares_of(settled, roster), one["neurons"], one["winnerTakesAll"], (before or {}).get("leader"))
    shares = epochs.shares_of(settled, roster) if any(cell["net"] > 0 for cell in settled["cells"]) else None
    return {"quorum": settled["quorum"], "reportingStake": str(sum(voter["stake"] for voter in voters if voter["hotkey"] in reports)),
            "totalStake": str(epochs.stake_of(voters)), "weights": shares and [{"uid": uid, "ppm": ppm} for uid, ppm in shares.items()],
            "cells": [{key: cell[key] for key in ("uid", "repository", "side", "net")} for cell in settled["cells"]],
            **({"leader": settled["leader"]} if settled.get("leader") else {})}

def epoch_of(one):
    texts = [(document["body"], document["signature"]) for document in map(json.loads, one["reports"])]
    assert one["reports"] == [kit.canonical({"body": body, "signature": signature}) for body, signature in texts]
    return as_u16(epochs.epoch_weights(one["facts"], one["roster"], {body["validator"]: body for body, _ in texts}))

def kit_cases():
    yield from rule_cases(kit.lines("bytes.jsonl") + kit.lines("rules.jsonl"))
    for file, play, wanted, cases in (("ratings.json", ratings_of, "ratings", kit.document("ratings.json")["scenarios"]),
                                      ("pairs.jsonl", pairs_of, "outcome", kit.lines("pairs.jsonl")),
                                      ("consensus.json", consensus_of, "want", kit.document("consensus.json")["cases"]),
                                      ("epoch.json", epoch_of, "weights", [kit.document("epoch.json")])):
        yield from ((file, one.get("name", at), lambda play=play, one=one: play(one), one[wanted]) for at, one in enumerate(cases))

def main(counts=Counter(), wrong=0):
    for rule, name, play, outcome in rule_cases(map(json.loads, sys.stdin)) if "-" in sys.argv else kit_cases():
        counts[rule] += 1
        found = play()
        if found != outcome:
            wrong += 1
            print(f"DIFFERENT {rule} {name}\n  found {str(found)[:2000]}\n  want  {str(outcome)[:2000]}")
    for rule, count in sorted(counts.items()): print(f"{count:5} {rule}")
    print(f"{sum(counts.values())} cases, {wrong} different")
    return 1 if wrong or not counts else 0

sys.exit(main())
