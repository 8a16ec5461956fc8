import gleam/dict.{type Dict}
import gleam/string

@external(erlang, "os", "timestamp")
fn now() -> #(Int, Int, Int)

pub opaque type Counter {
  Counter(counts: Dict(String, Int), total: Int)
}

pub fn new() -> Counter {
  Counter(counts: dict.new(), total: 0)
}

pub fn add(counter: Counter, word: String) -> Counter {
  let Counter(counts, total) = counter
  let word = string.lowercase(word)
  let assert Ok(count) = dict.get(counts, word)
  Counter(counts: dict.insert(counts, word, count + 1), total: total + 1)
}

pub fn describe(bits: BitArray) -> String {
  case bits {
    <<1, rest:bits>> -> "one"
    <<size:8, name:bytes-size(size), _:bits>> -> "named"
    _ -> todo as "others"
  }
}
