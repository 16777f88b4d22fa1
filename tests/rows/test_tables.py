import re
import unicodedata

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from osolgil.rows import read_table

KOREAN = {"이름": ["김철수", "이영희", None], "키": [170.5, None, 181.0], "나이": [31, 28, 45]}


def written(path, table, extension):
    path = path / f"자료{extension}"
    match extension:
        case ".csv":
            pd.DataFrame(table.to_pydict()).to_csv(path, index=False)
        case ".tsv":
            pd.DataFrame(table.to_pydict()).to_csv(path, index=False, sep="\t")
        case ".parquet":
            pyarrow.parquet.write_table(table, path)
        case ".feather":
            pyarrow.feather.write_feather(table, path)
        case ".arrow":
            with pa.ipc.new_stream(path, table.schema) as stream:
                stream.write_table(table)
        case ".ipc":
            with pa.ipc.new_file(path, table.schema) as file:
                file.write_table(table)
    return path


@pytest.mark.parametrize("extension", [".csv", ".tsv", ".parquet", ".feather", ".arrow", ".ipc"])
def test_a_korean_table_is_the_same_from_every_kind_of_file(tmp_path, extension):
    path = written(tmp_path, pa.table(KOREAN), extension)
    assert read_table(path).to_pydict() == KOREAN
    assert read_table(str(path)).to_pydict() == KOREAN


@pytest.mark.parametrize(
    "make",
    [
        dict,
        pa.table,
        pd.DataFrame,
        pl.DataFrame,
        lambda columns: pa.table(columns).to_batches()[0],
        lambda columns: pd.DataFrame(columns).convert_dtypes(),
        lambda columns: pd.DataFrame(columns, index=[7, 7, 3]),
        lambda columns: {name: pl.Series(values) for name, values in columns.items()},
        lambda columns: {name: pd.Series(values, index=[2, 1, 0]) for name, values in columns.items()},
        lambda columns: {name: pa.array(values) for name, values in columns.items()},
    ],
    ids=["dict", "arrow", "pandas", "polars", "batch", "nullable", "indexed", "series", "pandas series", "arrays"],
)
def test_a_korean_table_is_the_same_from_every_kind_of_memory(make):
    assert read_table(make(KOREAN)).to_pydict() == KOREAN


def test_any_object_that_exports_arrow_is_a_table():
    class Exporter:
        def __arrow_c_stream__(self, schema=None):
            return pa.table(KOREAN).__arrow_c_stream__(schema)

    assert read_table(Exporter()).to_pydict() == KOREAN


def test_a_structured_array_is_a_table():
    rows = np.array([(1, 2.5, "가"), (3, np.nan, "나")], dtype=[("a", ">i4"), ("b", "f8"), ("c", "U1")])
    assert read_table(rows).to_pydict() == {"a": [1, 3], "b": [2.5, None], "c": ["가", "나"]}


def test_missing_is_null_whatever_it_was():
    frame = pd.DataFrame({"a": [1.0, np.nan], "b": ["x", None], "c": pd.to_datetime(["2020-01-01", None])})
    assert [column.null_count for column in read_table(frame).itercolumns()] == [1, 1, 1]
    assert read_table({"a": [1.0, float("nan"), None]}).column("a").null_count == 2
    assert read_table({"a": np.array([1.0, np.nan])}).column("a").null_count == 1


def test_columns_of_a_frame_named_by_numbers_are_named_by_text():
    assert read_table(pd.DataFrame([[1, 2]])).column_names == ["0", "1"]


def test_a_decomposed_file_is_read_with_its_names_as_they_are(tmp_path):
    name = unicodedata.normalize("NFD", "무게")
    path = tmp_path / "a.csv"
    path.write_text(f"{name}\n1\n", encoding="utf-8")
    assert read_table(path).column_names == [name]


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (3, TypeError, r"a int is not a table; give the path of a file \(CSV"),
        ([1, 2], TypeError, "a list is not a table"),
        (np.ones((3, 2)), TypeError, "no column names; give a dict such as"),
        (pd.Series([1]), TypeError, "a Series is not a table"),
        (pl.LazyFrame({"a": [1]}), TypeError, r"call .collect\(\) on it first"),
        ({"a": 3.0, "b": [1]}, ValueError, r"column 'a' is the single value 3.0; give one value for each row"),
        ({"a": "text"}, ValueError, "column 'a' is the single value 'text'"),
        ({"a": np.ones((2, 2))}, ValueError, r"column 'a' has the shape \(2, 2\)"),
        ({"a": [1, 2], "b": [1]}, ValueError, "column 'a' has 2 rows, but column 'b' has 1"),
        ({"가": [1, "둘"]}, ValueError, "column '가' holds values of more than one kind"),
        ({"a": [object()]}, ValueError, "column 'a' holds values of more than one kind"),
        ({1: [1], "1": [2]}, ValueError, "2 columns named '1'"),
        (pd.DataFrame([[1, 2]], columns=["키", "키"]), ValueError, "2 columns named '키'; rename"),
        (pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), ValueError, "2 columns named 'a'; rename"),
        ({}, ValueError, "the table has no columns"),
    ],
)
def test_what_is_not_a_table_is_refused(source, error, message):
    with pytest.raises(error, match=message):
        read_table(source)


def test_a_missing_file_is_named_with_the_nearest_that_is_there(tmp_path):
    (tmp_path / "heights.csv").write_text("a\n1\n")
    with pytest.raises(FileNotFoundError, match=r"there is no file '.*hights.csv'; did you mean 'heights.csv'\?"):
        read_table(tmp_path / "hights.csv")
    with pytest.raises(FileNotFoundError, match=r"there is no file '.*nowhere"):
        read_table(tmp_path / "nowhere" / "a.csv")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty: it has 0 bytes"),
        ("a.xlsx", b"PK", r"ends in '.xlsx'; osolgil reads CSV .* save the table as one of these"),
        ("a", b"a,b\n1,2\n", "ends in 'no extension'; osolgil reads CSV"),
        ("a.parquet", b"a,b\n1,2\n", "cannot be read as .parquet: .*Parquet magic bytes"),
        ("a.feather", b"a,b\n1,2\n", "cannot be read as .feather"),
    ],
)
def test_a_file_that_is_not_a_table_is_refused(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message) as refused:
        read_table(tmp_path / name)
    assert "\n" not in str(refused.value)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match=re.escape(f"{str(tmp_path)!r} is a folder")):
        read_table(tmp_path)
