import pytest

from osolgil.rows import read_table


@pytest.fixture
def saved(tmp_path):
    def save(content, encoding="utf-8"):
        path = tmp_path / "자료.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return save


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(saved, delimiter):
    text = "키,몸무게,성별\n170,65,남\n160,50,여\n".replace(",", delimiter)
    expected = {"키": [170, 160], "몸무게": [65, 50], "성별": ["남", "여"]}
    assert read_table(saved(text)).to_pydict() == expected


def test_delimiters_within_quotation_marks_do_not_count(saved):
    table = read_table(saved('"a;b;c","d"\n1,"x;y\nz"\n'))
    assert table.to_pydict() == {"a;b;c": [1], "d": ["x;y\nz"]}


def test_one_column_needs_no_delimiter(saved):
    assert read_table(saved("키\n170\n160\n")).to_pydict() == {"키": [170, 160]}
    assert read_table(saved("body mass\n70\n")).to_pydict() == {"body mass": [70]}


def test_a_given_delimiter_is_used(saved):
    assert read_table(saved("a,b:c,d\n1:2\n"), delimiter=":").to_pydict() == {"a,b": [1], "c,d": [2]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(saved, encoding):
    assert read_table(saved("키,b\n1,2\n", encoding)).column_names == ["키", "b"]


def test_empty_fields_and_na_are_missing_in_numbers_and_text(saved):
    table = read_table(saved("a,b\n1,x\nNA,NA\n,\n2,y\n"))
    assert table.to_pydict() == {"a": [1, None, None, 2], "b": ["x", None, None, "y"]}


def test_numbers_with_a_decimal_comma_are_numbers(saved):
    table = read_table(saved("a;b;c\n1,5;x,y;1\n-2;z;2\n;w;3\n"))
    assert table.to_pydict() == {"a": [1.5, -2.0, None], "b": ["x,y", "z", "w"], "c": [1, 2, 3]}


def test_a_column_that_changes_its_type_far_below_is_read_as_the_wider_type(saved):
    lines = ["1,1"] * 300_000  # more than one block of a megabyte
    table = read_table(saved("\n".join(["a,b", *lines, "2.5,none", ""])))
    assert table.num_rows == 300_001
    assert table.column("a")[-1].as_py() == 2.5
    assert table.column("b")[-1].as_py() == "none"
    assert table.column("b")[0].as_py() == "1"


@pytest.mark.parametrize(
    "text",
    ["키,성별\n170,남자\n", "height,sex\n170,남자\n", "몸무게,키\n65,170\n"],
)
def test_cp949_is_recognized_and_the_remedy_works(saved, text):
    path = saved(text, "cp949")
    with pytest.raises(
        ValueError,
        match=r"reads as cp949, the encoding of Korean Windows: .*encoding='cp949'.*, or --encoding cp949, or",
    ):
        read_table(path)
    assert read_table(path, encoding="cp949").to_pydict() == read_table(saved(text)).to_pydict()


def test_utf_16_is_recognized_and_the_remedy_works(saved):
    path = saved("키,b\n1,2\n", "utf-16")
    with pytest.raises(ValueError, match=r"is UTF-16, not utf-8; .*encoding='utf-16'.*, or --encoding utf-16, or"):
        read_table(path)
    assert read_table(path, encoding="utf-16").to_pydict() == {"키": [1], "b": [2]}


def test_a_wrong_encoding_is_refused(saved):
    with pytest.raises(ValueError, match=r"is not cp949; it reads as utf-8: .*encoding='utf-8'"):
        read_table(saved("이름,b\n각,2\n힣힣힣,1\n"), encoding="cp949")
    with pytest.raises(ValueError, match="there is no encoding 'cp-korean'; try 'utf-8' or 'cp949'"):
        read_table(saved("a\n1\n"), encoding="cp-korean")
    with pytest.raises(ValueError, match=r"is not utf-8; save it as UTF-8, or pass its own: .*--encoding latin-1"):
        read_table(saved(b"a,b\n1,\xff\xff\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a,b,c\n1,2,3\n1,2\n",
            r"line 3 of .* has 2 values, but the header has 3 names: '1,2'; the .* commas",
        ),
        (
            "a;b\n1;2;3\n1;2\n4;5;6\n",
            r"line 2 .* has 3 values, but the header has 2 names: .*; 1 more line is .*semi",
        ),
        ("a,b\n", r"has a header \(a, b\) but no rows"),
        ("키,키\n1,2\n", "2 columns named '키'; rename"),
        ("a b c\n1 2 3\n", "seem to be separated by blanks; separate them by commas"),
        ("\n\n  \n", "has no text in it"),
    ],
)
def test_a_broken_file_is_named(saved, text, message):
    with pytest.raises(ValueError, match=message) as refused:
        read_table(saved(text))
    assert "\n" not in str(refused.value)


def test_a_long_ragged_line_is_shown_in_part(saved):
    with pytest.raises(ValueError, match=r"header has 2 names: 'x{57}\.\.\.'"):
        read_table(saved("a,b\n1,2\n" + "x" * 500 + "\n"))
