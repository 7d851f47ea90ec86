import time
from xml.etree import ElementTree as ET

from hypothesis import given

from fgd_sync.model.report import Report
from fgd_sync.render.junit import render
from render_samples import SEVERAL, many, reports


def test_a_suite_per_fabric_with_a_case_per_file() -> None:
    root = ET.fromstring(render(SEVERAL))
    first, second = root.findall("testsuite")
    assert first.attrib == {
        "name": "fabric-1",
        "tests": "5",
        "failures": "1",
        "errors": "0",
        "skipped": "0",
        "timestamp": "2026-01-02T03:04:05Z",
    }
    assert [case.attrib["name"].removeprefix("gitops/fabric-1/") for case in first] == [
        "managed/servers/lab_server-7.yaml",
        "managed/vpcs/vpc-1.yaml",
        "managed/vpcs/vpc-2.yaml",
        "raw/empty.yaml",
        "raw/vpcs.yaml",
    ]
    assert second.attrib == {"name": "fabric-2", "tests": "1", "failures": "0", "errors": "1", "skipped": "0"}


def test_errors_are_one_failure_of_the_case_and_the_rest_is_its_output() -> None:
    case = ET.fromstring(render(SEVERAL)).findall("testsuite/testcase")[4]
    failure, output = case
    assert failure.attrib == {"type": "FGD_1003", "message": "subnet 10.0.1.0/31 is longer than /30"}
    assert failure.text == (
        "gitops/fabric-1/raw/vpcs.yaml:14:15 error FGD_1003 VPC-011 subnet 10.0.1.0/31 is longer than /30 "
        "give the subnet a prefix length of at most 30"
    )
    assert output.tag == "system-out"
    assert (output.text or "").startswith(
        "gitops/fabric-1/raw/vpcs.yaml:3:3 warning FGD_1004 META-007 unknown field 'vlann'"
    )


def test_a_failed_fabric_is_an_error() -> None:
    error = ET.fromstring(render(SEVERAL)).find("testsuite[2]/testcase/error")
    assert error is not None
    assert error.attrib == {"type": "FGD_2001", "message": "gitops/fabric-2 is not there"}


@given(reports)
def test_any_report_is_xml_whose_counts_are_true(hostile_report: Report) -> None:
    text = render(hostile_report)
    assert all(line.isprintable() for line in text.split("\n"))
    suites = ET.fromstring(text.encode()).findall("testsuite")
    assert len(suites) == len(hostile_report.fabrics)
    for suite in suites:
        found = {
            tag: len(suite.findall(path))
            for tag, path in [("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")]
        }
        assert {tag: int(suite.attrib[tag]) for tag in found} == found


def test_ten_thousand_findings_take_less_than_two_seconds() -> None:
    big = many(10_000)
    begin = time.process_time()
    render(big)
    assert time.process_time() - begin < 2
