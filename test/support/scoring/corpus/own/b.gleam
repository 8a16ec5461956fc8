import gleam/result

const limit: Int = 1_000

type Tree(a) {
  Leaf
  Node(left: Tree(a), value: a, right: Tree(a))
}

fn insert(tree: Tree(Int), value: Int) -> Tree(Int) {
  case tree {
    Leaf -> Node(Leaf, value, Leaf)
    Node(left, here, right) if value < here ->
      Node(insert(left, value), here, right)
    Node(left, here, right) -> Node(left, here, insert(right, value))
  }
}

pub fn checked(n: Int) -> Result(Int, String) {
  use n <- result.try(positive(n))
  let double = n * 2
  case double > limit {
    True -> Error("too much: " <> "limit")
    False -> Ok(double)
  }
}

fn positive(n: Int) -> Result(Int, String) {
  case n {
    0 -> Error("zero")
    n -> Ok(n)
  }
}
