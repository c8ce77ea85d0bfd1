locals {
  list    = ["c", "a", "b", "a"]
  numbers = [3, 1, 2]
  map     = { one = 1, two = 2, three = 3 }
  tables = {
    orders = { hash = "id", ttl = true }
    users  = { hash = "email", ttl = false }
  }
}

output "lists" {
  value = {
    concat         = concat(["a"], ["b", "c"], [])
    compact        = compact(["a", "", "b", null])
    distinct       = distinct(local.list)
    flatten        = flatten([["a", ["b"]], [], ["c"]])
    reverse        = reverse(local.list)
    sort           = sort(local.list)
    slice          = slice(local.list, 1, 3)
    element        = element(local.list, 1)
    element_wrap   = element(local.list, 5)
    index          = index(local.list, "b")
    first          = local.list[0]
    length         = length(local.list)
    chunklist      = chunklist(local.list, 3)
    coalescelist   = coalescelist([], ["x"], ["y"])
    contains       = contains(local.list, "b")
    contains_not   = contains(local.list, "z")
    range          = range(4)
    range_from     = range(1, 4)
    range_step     = range(1, 10, 4)
    range_back     = range(4, 1)
    one            = one(["only"])
    matchkeys      = matchkeys(["i-1", "i-2", "i-3"], ["west", "east", "west"], ["west"])
    sum            = sum(local.numbers)
    alltrue        = alltrue([true, true])
    alltrue_empty  = alltrue([])
    anytrue        = anytrue([false, true])
    anytrue_empty  = anytrue([])
    element_of_two = concat(local.list, ["z"])[4]
  }
}

output "maps" {
  value = {
    keys           = keys(local.map)
    values         = values(local.map)
    lookup         = lookup(local.map, "two", 0)
    lookup_default = lookup(local.map, "four", 0)
    merge          = merge({ a = 1, b = 2 }, { b = 3, c = 4 })
    merge_nothing  = merge({ a = 1 }, {})
    zipmap         = zipmap(["a", "b"], [1, 2])
    length         = length(local.map)
    index          = local.map["three"]
    attribute      = local.tables.orders.hash
    nested_index   = local.tables["users"]["hash"]
    contains_key   = contains(keys(local.map), "one")
    transpose      = transpose({ a = ["1", "2"], b = ["2", "3"] })
    tomap          = tomap({ a = "x", b = "y" })
  }
}

output "sets" {
  value = {
    union        = setunion(["a", "b"], ["b", "c"])
    intersection = setintersection(["a", "b"], ["b", "c"])
    subtract     = setsubtract(["a", "b", "c"], ["b"])
    product      = setproduct(["dev", "prod"], ["a", "b"])
    sorted       = sort(toset(["b", "a", "b"]))
    to_list      = tolist(toset(["b", "a", "b"]))
    size         = length(toset(["x", "x", "y"]))
  }
}

output "choices" {
  value = {
    coalesce       = coalesce("", "b", "c")
    coalesce_null  = coalesce(null, "b")
    try_first      = try(local.map.one, 10)
    try_second     = try(local.map.missing, 10)
    try_nested     = try(local.tables.orders.missing, local.tables.orders.hash, "none")
    try_index      = try(local.list[10], "beyond")
    try_number     = try(tonumber("x"), -1)
    can_attribute  = can(local.map.one)
    cannot         = can(local.map.missing)
    null_to_text   = try(tostring(null), "x") == null ? "null" : "text"
    try_list       = try(tolist("x"), ["x"])
    lookup_object  = lookup(local.tables.orders, "range", "none")
    lookup_present = lookup(local.tables.orders, "hash", "none")
  }
}

output "for_lists" {
  value = {
    plain      = [for s in local.list : upper(s)]
    indexed    = [for i, s in local.list : "${i}:${s}"]
    filtered   = [for s in local.list : s if s != "a"]
    over_map   = [for k, v in local.map : "${k}=${v}"]
    nested     = [for a in ["x", "y"] : [for b in [1, 2] : "${a}${b}"]]
    flat       = flatten([for a in ["x", "y"] : [for b in [1, 2] : "${a}${b}"]])
    of_objects = [for name, t in local.tables : { name = name, key = t.hash }]
    over_set   = [for s in toset(["b", "a"]) : s]
  }
}

output "for_maps" {
  value = {
    plain    = { for s in ["a", "b"] : s => upper(s) }
    filtered = { for name, t in local.tables : name => t.hash if t.ttl }
    inverted = { for k, v in local.map : v => k }
    grouped  = { for name, t in local.tables : tostring(t.ttl) => name... }
    indexed  = { for i, s in ["a", "b"] : s => i }
    computed = { for k, v in local.map : "${k}-key" => v * 10 }
    merged   = merge([for k, v in local.map : { (k) = v + 1 }]...)
  }
}

output "splats" {
  value = {
    full        = values(local.tables)[*].hash
    legacy      = values(local.tables).*.ttl
    on_one      = local.tables.orders[*].hash
    on_null     = length(null[*])
    then_index  = [for t in values(local.tables) : t.hash][0]
    double      = [{ a = [{ b = 1 }, { b = 2 }] }, { a = [{ b = 3 }] }][*].a[*].b
    after_split = split("-", "a-b")[*]
  }
}
