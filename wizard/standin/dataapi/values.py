"""Values on their way through the Data API: parameters in, records and metadata out."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from wizard.standin.dataapi.databases import Column, Rows

JDBC_TYPES = {
    "bool": -7,
    "int2": 5,
    "int4": 4,
    "int8": -5,
    "float4": 7,
    "float8": 8,
    "numeric": 2,
    "text": 12,
    "varchar": 12,
    "name": 12,
    "bytea": -2,
    "date": 91,
    "timestamp": 93,
    "timestamptz": 93,
}
OTHER = 1111


def parameters(given: list[dict[str, Any]]) -> dict[str, Any]:
    """SqlParameters as plain values by name."""
    return {item["name"]: _plain(item.get("value", {})) for item in given}


def _plain(value: dict[str, Any]) -> Any:
    if value.get("isNull"):
        return None
    return next(iter(value.values()), None)


def field(value: Any) -> dict[str, Any]:
    """One value as a Data API Field."""
    match value:
        case None:
            return {"isNull": True}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"longValue": value}
        case float():
            return {"doubleValue": value}
        case bytes():
            return {"blobValue": value}
        case _:
            return {"arrayValue": _array(value)} if isinstance(value, list) else _other(value)


def _other(value: Any) -> dict[str, Any]:
    return {"stringValue": text(value)}


def _array(values: list[Any]) -> dict[str, Any]:
    first = next((value for value in values if value is not None), "")
    if isinstance(first, bool):
        return {"booleanValues": values}
    if isinstance(first, int):
        return {"longValues": values}
    if isinstance(first, float):
        return {"doubleValues": values}
    return {"stringValues": [text(value) for value in values]}


def text(value: Any) -> str:
    """A value without a Field of its own, as the Data API writes it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value)


def metadata(column: Column) -> dict[str, Any]:
    """What includeResultMetadata tells of a column."""
    return {
        "arrayBaseColumnType": 0,
        "isAutoIncrement": False,
        "isCaseSensitive": column.type_name in {"text", "varchar", "name"},
        "isCurrency": False,
        "isSigned": column.type_name in {"int2", "int4", "int8", "float4", "float8", "numeric"},
        "label": column.name,
        "name": column.name,
        "nullable": 2,
        "precision": 0,
        "scale": 0,
        "schemaName": "",
        "tableName": "",
        "type": JDBC_TYPES.get(column.type_name, OTHER),
        "typeName": column.type_name,
    }


def as_json(result: Rows) -> str:
    """The rows as formatRecordsAs=JSON gives them."""
    names = [column.name for column in result.columns]
    rows = [dict(zip(names, map(_json_value, row), strict=True)) for row in result.rows]
    return json.dumps(rows, separators=(",", ":"))


def _json_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return text(value)
