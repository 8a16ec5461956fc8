//// A module's comment.
import gleam/int
import gleam/list

pub type Player {
  Player(name: String, score: Int)
}

pub fn rename(player: Player, name: String) -> Player {
  Player(..player, name: name)
}

pub fn best(players: List(Player)) -> List(#(String, Int)) {
  players
  |> list.filter(fn(player) { player.score > 10 && player.name != "" })
  |> list.sort(by: fn(a, b) { int.compare(b.score, a.score) })
  |> list.map(fn(player) { #(player.name, player.score) })
}

pub fn sum(numbers: List(Int)) -> Int {
  case numbers {
    [] -> 0
    [first, ..rest] -> first + sum(rest)
  }
}
