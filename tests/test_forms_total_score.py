"""A table of scores ends with 总分 as a table of money ends with 合计."""

from __future__ import annotations

from test_forms_paper import paper, read, table

from checkers.policy import Field, Form

SCORES = Form(
    title="年度评估表",
    fields={
        "scores": Field(
            "评估",
            type="roster",
            columns={"item": Field("评估内容"), "full": Field("分值"), "score": Field("评估分数")},
            totals={"total_score": Field("评估分数")},
        )
    },
)


def test_the_row_of_the_total_score_is_no_item() -> None:
    rows: list[list[object]] = [["评估内容", "分值", "评估分数"], ["协议签订", "10", "9"], ["留用率", "20", "15"]]
    facts = read(paper(table(*rows, ["总分", "30", "24"])), SCORES).facts
    assert [row["item"].raw for row in facts["scores"].rows] == ["协议签订", "留用率"]
    assert facts["total_score"].raw == "24"
