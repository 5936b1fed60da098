# The rules of scripts/check that read Swift: one finding a line, FILE:LINE: rule: what; what to do.
# A small lexer first takes comments and the text of strings away, so that no rule fires on a word in either;
# code inside an interpolation stays code. Written for mawk, the awk of a fresh Debian.

BEGIN {
    count = split(ENVIRON["IMPORT_TABLE"], row, "\n")
    for (i = 1; i <= count; i++)
        if (match(row[i], /^[^:]+:/))
            allowed[substr(row[i], 1, RLENGTH - 1)] = substr(row[i], RLENGTH + 1) " "
    core = ENVIRON["CORE"]; threadless = ENVIRON["THREADLESS"]
    function_lines_max = 70

    attributes = "(@[A-Za-z_]+([(][^)]*[)])?[ \t]+)*"
    word_start = "(^|[^A-Za-z0-9_.`])"
    modifiers = "((public|open|package|internal|fileprivate|private|static|class|final|override|mutating|" \
        "nonmutating|nonisolated|indirect|required|convenience|lazy|unowned|weak|borrowing|consuming)" \
        "([(][a-z]*[)])?[ \t]+)*"
    start = "^[ \t]*" attributes modifiers
}

FNR == 1 { begin_file() }

{
    lex($0)
    if (sources) { check_imports(); check_core(); check_default(); check_unsafe(); check_documented() }
    check_length()
    remember_block_above()
}

function report(line, rule, text) { print path ":" line ": " rule ": " text }

function begin_file(   part) {
    path = FILENAME
    split(path, part, "/")
    sources = part[1] == "Sources" || part[1] == "Simulations"
    target = part[2]
    listed = target in allowed
    depth = paren = pending = switches = comment_depth = level = 0
    parens[0] = 0; in_string[0] = 0
    above_doc = above_comment = above_exempt = 0
    if (sources && !listed)
        report(1, "imports", "target " target " has no row in the import table; add one at the top of scripts/check")
}


# The lexer sets `code` and `comment` for one line, and keeps what is open between lines in a stack of levels: code, or
# a string, or the code of an interpolation in a string.

function lex(line) {
    code = comment = ""
    while (line != "") {
        if (comment_depth > 0) line = lex_comment(line)
        else if (in_string[level]) line = lex_string(line)
        else line = lex_code(line)
    }
    # A quote that never closes (inside a regular expression literal, say) must not swallow the rest of the file.
    if (in_string[level] && !multiline[level]) level--
}

function lex_code(line,   c, hashes) {
    if (!match(line, /["\/#()]/)) { code = code line; return "" }
    code = code substr(line, 1, RSTART - 1); line = substr(line, RSTART)
    if (line ~ /^\/\//) { comment = comment line; return "" }
    if (line ~ /^\/\*/) { comment_depth = 1; comment = comment line; return substr(line, 3) }
    if (match(line, /^#*"/)) {
        hashes = RLENGTH - 1; line = substr(line, RLENGTH)
        level++; in_string[level] = 1; filled[level] = 0; fence[level] = ""
        while (hashes-- > 0) fence[level] = fence[level] "#"
        multiline[level] = line ~ /^"""/
        code = code "\""
        return substr(line, multiline[level] ? 4 : 2)
    }
    c = substr(line, 1, 1); code = code c
    if (c == "(") parens[level]++
    if (c == ")" && parens[level]-- == 0 && level > 0) level--
    return substr(line, 2)
}

function lex_string(line,   closer, width) {
    if (!match(line, /["\\]/)) { filled[level] = 1; return "" }
    if (RSTART > 1) filled[level] = 1
    line = substr(line, RSTART); width = length(fence[level])
    closer = (multiline[level] ? "\"\"\"" : "\"") fence[level]
    if (substr(line, 1, length(closer)) == closer) {
        code = code (filled[level] ? "_\"" : "\""); level--
        return substr(line, length(closer) + 1)
    }
    filled[level] = 1
    if (substr(line, 1, 1 + width) != "\\" fence[level]) return substr(line, 2)
    if (substr(line, 2 + width, 1) == "(") {
        level++; in_string[level] = 0; parens[level] = 0; code = code "("
    }
    return substr(line, 3 + width)
}

function lex_comment(line) {
    comment = comment "*"
    if (!match(line, /\/\*|\*\//)) return ""
    comment_depth += substr(line, RSTART, 1) == "/" ? 1 : -1
    return substr(line, RSTART + 2)
}

# What the comments and attributes directly above a declaration say.
function remember_block_above() {
    if (code ~ /^[ \t]*$/ && comment != "") {
        above_comment = 1
        if (comment ~ /^\/\/\//) above_doc = 1
        if (comment ~ /^\/\/ exhaustive-switch/) above_exempt = 1
    } else if (code !~ ("^[ \t]*" attributes "@[A-Za-z_]+([(].*[)])?[ \t]*$"))
        above_doc = above_comment = above_exempt = 0
}

function check_imports(   module) {
    if (!match(code, "^[ \t]*" attributes "((public|package|internal|fileprivate|private)[ \t]+)?import[ \t]+")) return
    module = substr(code, RLENGTH + 1)
    sub(/^(struct|class|enum|protocol|func|var|let|typealias)[ \t]+/, "", module)
    sub(/[^A-Za-z0-9_].*/, "", module)
    if (code ~ /@_/) report(FNR, "imports", "underscored attribute on the import of " module "; use an access level")
    if (listed && index(allowed[target], " " module " ") == 0)
        report(FNR, "imports", target " must not import " module "; add it to the row in scripts/check only if the architecture says so")
}

function banned(pattern, word, remedy) {
    if (code ~ pattern) report(FNR, "core", "'" word "' in " target "; " remedy)
}

function check_core() {
    if (index(core, " " target " ")) {
        banned("[.]now([^A-Za-z0-9_]|$)", ".now", "take the time as an argument")
        banned("[.](random|randomElement)[(]", ".random(", "draw from the injected generator")
        banned("[.]shuffled?[(]", ".shuffled(", "draw from the injected generator")
        banned("SystemRandomNumberGenerator", "SystemRandomNumberGenerator", "draw from the injected generator")
        banned(word_start "getenv", "getenv", "take the value as an argument")
        banned("import[ \t]+Foundation", "import Foundation", "the agent must stay small and static")
    }
    if (index(threadless, " " target " ")) {
        banned(word_start "Task([.][a-z]+)?[ \t]*[{(<]", "Task {", "return an action, or use the event loop")
        banned(word_start "(await|actor)[ \t]", "await", "return an action, or use the event loop")
    }
}

function check_default() {
    if (path ~ /Interpreter[^\/]*\.swift$/ && code ~ (word_start "default[ \t]*:"))
        report(FNR, "default", "'default:' in an interpreter; name every action, so that a new one is a compile error")
}

function check_unsafe() {
    if (code ~ (word_start "try!")) report(FNR, "unsafe", "'try!'; throw, or handle the error")
    if (code ~ (word_start "as!")) report(FNR, "unsafe", "'as!'; use 'as?' and handle nil")
    if (code ~ (word_start "(fatalError|preconditionFailure|assertionFailure)[(][ \t]*(\"\")?[ \t]*[)]"))
        report(FNR, "unsafe", "trap without a message; say which state was impossible")
    if (code ~ /@unchecked[ \t]+Sendable/ && !above_comment)
        report(FNR, "unsafe", "'@unchecked Sendable' without a reason; say why in a comment on the line above")
}

function check_documented() {
    if (above_doc || code ~ /(^|[ \t])(import|extension)[ \t]/) return
    if (code ~ (start "(public|open)[ \t]"))
        report(FNR, "documented", "public declaration without '///'; say what it is, its units and its errors")
    else if (code ~ (start "(struct|enum|class|protocol|actor)[ \t]") && code ~ /(^|[ \t])package[ \t]/)
        report(FNR, "documented", "package type without '///'; say in a sentence what it is")
}

# Functions are found by their keyword and end where their brace does. A `func` without a body (in a protocol)
# waits as `pending` until the next declaration or closing brace at its own level drops it.
function check_length(   rest, c) {
    if (code ~ (word_start "switch[ \t]")) switches++
    if (match(code, word_start "func[ \t]+[^ \t(<]+")) declare(substr(code, RSTART, RLENGTH))
    else if (match(code, start "(init[?!]?[ \t]*[(<]|deinit([ \t]|$)|subscript[ \t]*[(<])")) declare("initializer or subscript")
    else if (match(code, start "var[ \t]+[^=]*[{][ \t]*$")) declare("computed property")
    else if (paren == pending_paren && code ~ (start "(var|let|case|struct|enum|typealias|associatedtype)[ \t]")) pending = 0
    rest = code
    while (match(rest, /[{}()]/)) {
        c = substr(rest, RSTART, 1); rest = substr(rest, RSTART + 1)
        if (c == "(") paren++
        else if (c == ")") paren--
        else if (c == "{") open_brace()
        else close_brace()
    }
}

function declare(text) {
    sub(/^.*func[ \t]+/, "", text)
    pending = FNR; pending_name = text; pending_paren = paren; pending_exempt = above_exempt
}

function open_brace() {
    depth++; body[depth] = 0
    if (!pending || paren != pending_paren) return
    body[depth] = pending; name[depth] = pending_name; exempt[depth] = pending_exempt; before[depth] = switches
    pending = 0
}

function close_brace(   length_) {
    if (paren == pending_paren) pending = 0
    if (body[depth]) {
        length_ = FNR - body[depth] + 1
        if (exempt[depth] && switches == before[depth])
            report(body[depth], "length", name[depth] " is marked exhaustive-switch and has no switch; remove the mark")
        else if (length_ > function_lines_max && !exempt[depth])
            report(body[depth], "length", name[depth] " has " length_ " lines, " function_lines_max \
                " are allowed; split it")
    }
    if (depth > 0) depth--
}
