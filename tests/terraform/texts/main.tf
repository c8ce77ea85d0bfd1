locals {
  greeting = "Hello, World"
  words    = ["alpha", "beta", "gamma"]
  stage    = "prod"
}

output "formatted" {
  value = {
    text      = format("%s-%s", "orders", local.stage)
    number    = format("%d of %d", 3, 10)
    padded    = format("%05d", 42)
    width     = format("[%8s]", "right")
    left      = format("[%-8s]", "left")
    float     = format("%.2f", 3.14159)
    any       = format("%v and %v", true, 12)
    percent   = format("%d%%", 50)
    quoted    = format("%q", "say \"hi\"")
    hex       = format("%x", 255)
    positions = format("%[2]s before %[1]s", "first", "second")
    json      = format("%#v", { a = 1 })
  }
}

output "format_lists" {
  value = {
    plain  = formatlist("arn:aws:s3:::%s/*", ["a", "b"])
    zipped = formatlist("%s=%d", ["x", "y"], [1, 2])
    fixed  = formatlist("%s/%s", "prefix", local.words)
  }
}

output "cases" {
  value = {
    lower = lower(local.greeting)
    upper = upper(local.greeting)
    title = title("hello big world")
  }
}

output "cut" {
  value = {
    substr_start    = substr(local.greeting, 0, 5)
    substr_rest     = substr(local.greeting, 7, -1)
    substr_end      = substr(local.greeting, -5, 3)
    substr_beyond   = substr(local.greeting, 7, 100)
    trim            = trim("?!hello?!", "!?")
    trimprefix      = trimprefix("arn:aws:sqs", "arn:aws:")
    trimprefix_none = trimprefix("abc", "x")
    trimsuffix      = trimsuffix("orders.fifo", ".fifo")
    trimspace       = trimspace("  padded \n")
    chomp           = chomp("line\n\n")
    strrev          = strrev("olleh")
  }
}

output "split_and_joined" {
  value = {
    join        = join("-", local.words)
    join_one    = join("-", ["only"])
    join_none   = join("-", [])
    split       = split(",", "a,b,,c")
    split_one   = split(",", "a")
    last        = element(split("/", "path/to/file.py"), 2)
    round       = join("/", reverse(split("/", "a/b/c")))
    indent      = indent(2, "one\ntwo")
    join_number = join(",", [1, 2, 3])
  }
}

output "replaced" {
  value = {
    literal   = replace("a.b.c", ".", "-")
    regex     = replace("order_items_2024", "/[0-9]+/", "N")
    group     = replace("Doe, Jane", "/(\\w+), (\\w+)/", "$2 $1")
    delete    = replace("a-b-c", "-", "")
    none      = replace("abc", "x", "y")
    all_caps  = replace("aXbXc", "/[A-Z]/", "_")
    anchored  = replace("queue.fifo", "/\\.fifo$/", "")
    named     = replace("k=v", "/(?P<key>\\w+)=(?P<value>\\w+)/", "$${value}:$${key}")
    lookahead = replace("/a/b/", "//$/", "")
  }
}

output "matched" {
  value = {
    whole      = regex("[a-z]+", "53453453.345345aaabbbccc23454")
    groups     = regex("(\\d\\d\\d\\d)-(\\d\\d)-(\\d\\d)", "2019-02-01")
    named      = regex("^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://example.org/a")
    all        = regexall("[a-z]+", "1234abcd5678efgh9")
    none       = regexall("[a-z]+", "123456789")
    count      = length(regexall("x", "axbxc"))
    starts     = startswith("hello world", "hello")
    starts_not = startswith("hello world", "world")
    ends       = endswith("handler.py", ".py")
    contains   = strcontains("orders-table", "table")
    can        = can(regex("\\.py$", "handler.py"))
    cannot     = can(regex("\\.py$", "handler.js"))
  }
}

output "escapes" {
  value = {
    newline   = "a\nb"
    tab       = "a\tb"
    quote     = "a\"b"
    backslash = "a\\b"
    unicode   = "caf\u00e9"
    dollar    = "$${not_interpolated}"
    percent   = "%%{not_a_directive}"
    lone      = "costs $5 and 5%"
    umlaut    = "Grüße"
    length    = length("Grüße")
  }
}
