output "numbers" {
  value = {
    abs        = abs(-12.4)
    ceil       = ceil(5.1)
    ceil_minus = ceil(-5.1)
    floor      = floor(4.9)
    max        = max(12, 54, 3)
    max_spread = max([12, 54, 3]...)
    min        = min(12, 54, 3)
    pow        = pow(3, 2)
    log        = log(16, 2)
    signum     = signum(-13)
    parseint   = parseint("FF", 16)
    parse_ten  = parseint("-42", 10)
    sum        = sum([1, 2.5, 3])
  }
}

output "arithmetic" {
  value = {
    add          = 1 + 2
    subtract     = 5 - 7
    multiply     = 6 * 7
    divide       = 7 / 2
    whole        = 8 / 2
    modulo       = 7 % 3
    modulo_minus = -7 % 3
    negative     = -(3 + 4)
    precedence   = 1 + 2 * 3
    grouped      = (1 + 2) * 3
    from_text    = "5" + 1
    fraction     = 0.1 + 0.2
    third        = 1 / 3
    in_text      = "${10 / 4}"
    big_in_text  = "${60 * 60 * 24 * 365}"
    float_text   = "${2.50}"
  }
}

output "comparisons" {
  value = {
    equal           = 1 == 1
    not_equal       = "a" != "b"
    less            = 1 < 2
    less_or_equal   = 2 <= 2
    greater         = 1 > 2
    greater_equal   = 2 >= 3
    texts           = "a" == "a"
    kinds           = "1" == 1
    lists           = [1, 2] == [1, 2]
    objects         = { a = 1 } == { a = 1 }
    null_is_null    = null == null
    text_not_null   = "a" == null
    and             = true && false
    or              = true || false
    not             = !true
    mixed           = 1 < 2 && "x" != "y" || false
    not_of_a_group  = !(1 > 2)
    bool_from_text  = "true" ? "yes" : "no"
    conditional     = 5 > 3 ? "bigger" : "smaller"
    nested          = 1 > 2 ? "a" : 2 > 1 ? "b" : "c"
    conditional_map = (true ? { a = 1 } : { a = 2 }).a
  }
}

output "conversions" {
  value = {
    text_of_number = tostring(12)
    text_of_bool   = tostring(true)
    number_of_text = tonumber("3.5")
    bool_of_text   = tobool("true")
    list_of_set    = tolist(toset(["a"]))
    in_template    = "${true} ${12} ${1.5}"
    only_template  = "${12}"
    json_number    = jsonencode(12)
    type_number    = can(tonumber("x"))
  }
}

output "encodings" {
  value = {
    base64        = base64encode("Hello World")
    unbase64      = base64decode("SGVsbG8gV29ybGQ=")
    json          = jsonencode({ b = [1, "two", true, null], a = { c = 1.5 } })
    json_escaped  = jsonencode({ text = "<a & b>", quote = "\"" })
    json_text     = jsonencode("plain")
    json_empty    = jsonencode({})
    json_list     = jsonencode([])
    json_unicode  = jsonencode("é")
    unjson        = jsondecode("{\"a\": [1, 2, {\"b\": \"c\"}]}").a[2].b
    unjson_number = jsondecode("2.50")
    url           = urlencode("foo bar/baz&x=1")
    yaml          = yamldecode("a: 1\nb: [x, z]\n").b[1]
    csv           = csvdecode("a,b\n1,2\n3,4\n")[1].b
    textbase64    = base64encode(jsonencode({ a = 1 }))
  }
}

output "hashes" {
  value = {
    md5          = md5("hello world")
    sha1         = sha1("hello world")
    sha256       = sha256("hello world")
    sha512       = sha512("a")
    base64sha256 = base64sha256("hello world")
    uuidv5       = uuidv5("dns", "www.terraform.io")
  }
}

output "paths" {
  value = {
    basename       = basename("foo/bar/baz.txt")
    basename_plain = basename("baz.txt")
    dirname        = dirname("foo/bar/baz.txt")
    dirname_plain  = dirname("baz.txt")
    exists         = fileexists("${path.module}/files/greeting.txt")
    exists_not     = fileexists("${path.module}/files/missing.txt")
    text           = file("${path.module}/files/greeting.txt")
    encoded        = filebase64("${path.module}/files/greeting.txt")
    hash           = filemd5("${path.module}/files/greeting.txt")
    set            = fileset("${path.module}/files", "*.txt")
    json           = jsondecode(file("${path.module}/files/settings.json")).table.name
    trimmed        = trimspace(file("${path.module}/files/greeting.txt"))
  }
}

output "networks" {
  value = {
    subnet  = cidrsubnet("10.0.0.0/16", 8, 2)
    subnets = cidrsubnets("10.1.0.0/16", 4, 4, 8)
    host    = cidrhost("10.12.112.0/20", 16)
    netmask = cidrnetmask("172.16.0.0/12")
  }
}

output "times" {
  value = {
    formatted = formatdate("YYYY-MM-DD", "2018-01-02T23:12:01Z")
    words     = formatdate("DD MMM YYYY hh:mm", "2018-01-02T23:12:01Z")
    added     = timeadd("2017-11-22T00:00:00Z", "10m")
    compared  = timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z")
  }
}
