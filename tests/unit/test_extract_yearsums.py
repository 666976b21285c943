"""What all payments of a year are together is no payment where its parts are told, too."""

from __future__ import annotations

import pytest

from calendar_service.extract import load
from calendar_service.model.document import Text

DAYS = "基準日は2025年3月31日、支払開始日は2025年6月27日です。"


@pytest.mark.parametrize(
    "text",
    [
        f"当期の配当は、年間で1株当たり44円（中間20円、期末24円）です。{DAYS}",
        f"通期の配当は1株当たり46円（中間21円、期末25円）です。{DAYS}",
        "연간 배당금은 주당 510원(중간 200원, 기말 310원)이다. 배당기준일은 2025년 3월 31일, 지급일은 2025년 4월 18일이다.",
        "全年股息每股0.45港元(中期0.20港元,末期0.25港元)。派付日期為2025年6月26日,記錄日期為2025年6月12日。",
    ],
)
def test_a_sum_with_its_parts_is_no_amount(text: str) -> None:
    found = load().read(Text(text, "plain")).announcements
    assert [one.amount for one in found] == [None]


def test_a_payment_that_is_made_once_a_year_has_its_amount() -> None:
    found = load().read(Text(f"当期の年間配当は1株当たり48円です。{DAYS}", "plain")).announcements
    assert [one.amount.money.amount for one in found if one.amount] == [48]
