"""What a printed label asks for: the field's English name and its value type.

The table holds the labels most forms share, named as the packs name them; a label that is not in it is taken apart (经办人手机 →
``agent_mobile``), and at last only its type is guessed, from how it ends.
"""

from __future__ import annotations

import re
from functools import cache

from docgen.forms.match import bare_label, normalise_label

_TABLE = """
name person_name 姓名 本人姓名 申请人姓名 职工姓名 人员姓名 学员姓名 毕业生姓名
applicant person_name 申请人
sex sex 性别
nation text 民族
born month 出生年月 出生日期 出生时间
age integer 年龄
native_place text 籍贯
political text 政治面貌
education text 学历 文化程度 最高学历 学历层次 学历学位
degree text 学位
health text 健康状况
marriage text 婚姻状况
id_number resident_id 身份证号码 身份证号 公民身份号码 居民身份证号码 公民身份证号码 居民身份证号 社会保障号码 社会保障号
id_number id_document 证件号码 证件号 证件编号 身份证件号码 有效证件号码
certificate_type text 证件类型 证件类别 证件名称
phone phone 联系电话 电话 联系方式 电话号码 咨询电话 固定电话号码
mobile mobile 手机 手机号 手机号码 移动电话
landline phone 固定电话 座机 办公电话
fax phone 传真 传真电话 传真号码
email email 电子邮箱 电子邮件 邮箱 e-mail email
website url 网址 公司网址 单位网址 官网
postcode postcode 邮政编码 邮编
address address 地址 联系地址 通讯地址 通信地址 单位地址 详细地址 居住地址 住址 现住址
home_address address 家庭住址 家庭地址
hukou_address address 户籍地址 户籍所在地 户口所在地
residence_address address 常住地址 常住地 经常居住地
registered_address address 注册地址 注册地 住所地 住所
office_address address 办公地址
business_address address 经营地址 经营场所 经营场地 经营地点
unit_name organisation 单位名称 企业名称 机构名称 公司名称 用人单位名称 用人单位 填报单位 单位全称
unit_name organisation 市场主体名称 申请单位名称
filing_unit organisation 备案单位
applying_unit organisation 申请单位 申报单位
employer organisation 工作单位 所在单位
uscc uscc 统一社会信用代码 社会信用代码 单位统一社会信用代码 信用代码
licence_number text 许可证编号 许可证号 营业执照号
organisation_code text 组织机构代码 组织机构代码证
insurance_number text 社会保险登记证号 社保登记号 社保编号 单位社保编号 社会保险登记号 个人社保编号
legal_person person_name 法定代表人 法人代表 法人 法定代表人姓名
head person_name 负责人 主要负责人 单位负责人 负责人姓名
contact person_name 联系人 联系人姓名 单位联系人
agent person_name 经办人 单位经办人 具体经办人 经办人姓名
filler person_name 填表人 填报人 制表人
mentor person_name 带教老师 指导老师 指导教师
reviewer person_name 审核人 复核人 审核人员
spouse_name person_name 配偶姓名
industry text 所属行业 行业 行业类别
unit_type text 单位性质 单位类型 企业性质 企业类型 单位类别
unit_size text 企业规模 单位规模
registered_capital money 注册资本 注册资金
registered_on date 注册时间 注册日期 成立时间 成立日期 工商登记时间
business_scope text 经营范围 业务范围 主营业务
bank text 开户银行 开户行 银行名称 开户银行名称 开户行名称
bank_account bank_account 银行账号 银行账户 账号 银行帐号 开户账号 账户
account_name text 户名 账户名称 开户名称 开户名 账户名
bank_card bank_card 银行卡号 社会保障卡银行账号
school text 毕业学校 毕业院校 学校 院校 就读学校
school organisation 学校名称
major text 专业 所学专业 专业名称
graduation_date date_or_month 毕业时间 毕业日期 毕业年月
diploma_number text 毕业证号 毕业证书编号 毕业证编号 毕业证书号
post text 岗位 职务 岗位名称 工作岗位 职务名称
title text 职称 专业技术职称 专业技术职务 技术职称
occupation text 职业 工种 职业名称 职业工种 职业(工种)
level text 等级 级别 职业资格等级 技能等级
certificate_number text 证书编号 证书号码 证书号
work_start date_or_month 参加工作时间 参加工作年月
employed_on date 就业时间 就业日期 入职时间 入职日期
contract_period date_range 劳动合同期限 合同期限 劳动合同起止时间 合同起止时间
period month_range 起止时间 起止年月 补贴时段 申请补贴时段 享受时段 起止时段 补贴期限 申请补贴期限
start month 起始年月 开始年月 开始时间 起始时间
end month 终止年月 截止年月 结束时间 截止时间 终止时间
months integer 月数 补贴月数 享受月数 申请月数
headcount integer 人数 申请人数 补贴人数 申请补贴人数 享受人数 申报人数
employees integer 员工人数 职工人数 职工总数 在职职工人数 从业人数 参保人数 单位参保人数
amount money 金额 补贴金额 合计金额 享受金额
claimed_amount money 申请金额 申请补贴金额 申领金额 申报金额
total_amount money 总金额 合计补贴金额 补贴总金额
standard money 补贴标准 标准
share number 占股比例 持股比例 出资比例
area number 面积 场地面积 建筑面积
score number 得分 分数 评分
category text 人员类别 类别 人员类型 身份类别
identity text 身份 人员身份
remark text 备注 其他需说明的事项 其他说明
serial text 序号
district text 区县 区县(自治县) 所在区县
profile text 单位简介 企业简介 基本情况 简介 单位基本情况
resume text 工作简历 个人简历 学习工作简历 工作经历 简历
reason text 原因 理由 申请理由 申请原因 失业原因 事由
unemployed_since date_or_month 失业时间 失业日期
filled_on date 填表日期 填表时间 填报日期 填报时间 制表日期
applied_on date 申请日期 申请时间 申报日期 申报时间
signed_on date 日期 签字日期 签名日期 签订日期 承诺日期
project_name text 项目名称
matter text 申请事项 办理事项 事项名称 事项
unit_opinion text 单位意见 用人单位意见 申报单位意见 所在单位意见 申请单位意见
review_opinion text 审核意见 初审意见 审查意见 复核意见 经办机构意见 经办意见
approval text 审批意见 批准意见 审定意见
bureau_opinion text 人力资源社会保障部门意见 人社部门意见 人力资源和社会保障局意见 人社局意见
street_opinion text 街道意见 社区意见 街道(乡镇)意见 乡镇(街道)意见
leader_opinion text 领导意见 分管领导意见
relation text 关系 与本人关系 与申请人关系 称谓
duties text 岗位职责 主要工作内容 工作内容
"""

_PEOPLE = {
    "申请人": "applicant",
    "申请单位": "unit",
    "配偶": "spouse",
    "经办人": "agent",
    "联系人": "contact",
    "法定代表人": "legal_person",
    "法人代表": "legal_person",
    "法人": "legal_person",
    "负责人": "head",
    "反担保人": "guarantor",
    "担保人": "guarantor",
    "代理人": "proxy",
    "受托人": "proxy",
    "代办人": "proxy",
    "委托人": "principal",
    "监护人": "guardian",
    "供养亲属": "dependant",
    "用人单位": "unit",
    "见习单位": "unit",
    "企业": "unit",
    "机构": "unit",
    "单位": "unit",
    "学校": "school",
    "本人": "own",
    "领取人": "payee",
    "收款人": "payee",
    "甲方": "party_a",
    "乙方": "party_b",
}
"""Whose particular it is: 经办人手机 is the ``mobile`` of the ``agent``."""

_ENDINGS: tuple[tuple[str, str], ...] = (
    (r"^是否", "yes_no"),
    (r"^有无", "text"),
    (r"身份证.{1,12}号码?$", "id_document"),
    (r"身份证(?:号码?|编号)?$|公民身份号码$", "resident_id"),
    (r"证件(?:号码?|编号)$", "id_document"),
    (r"统一社会信用代码|社会信用代码$", "uscc"),
    (r"手机(?:号码?)?$|移动电话$", "mobile"),
    (r"电话(?:号码)?$|联系方式$|座机$|传真$", "phone"),
    (r"银行卡号?$", "bank_card"),
    (r"(?:银行|开户|基本户|结算).{0,4}[账帐][号户]$|^[账帐]号$", "bank_account"),
    (r"e-?mail$|邮箱$|电子邮件$", "email"),
    (r"网址$|网站$", "url"),
    (r"邮编$|邮政编码$", "postcode"),
    (r"地址$|住址$|住所地?$|地点$", "address"),
    (r"性别$", "sex"),
    (r"大写", "text"),
    (r"起止(?:年月)$|时段$", "month_range"),
    (r"起止(?:日期|时间)$|有效期$", "date_range"),
    (r"年月$|月份$", "month"),
    (r"(?:毕业|失业|参加工作|入学|退休|上岗|首次参保)(?:时间|年月)$", "date_or_month"),
    (r"日期$|(?:填表|填报|申请|申报|注册|成立|登记|移交|评估|确认|验收|签订|签约|发证|审核|办理|受理)时间$", "date"),
    (
        r"金额|(?:工资|资本|资金|经费|补贴费|出资|营业额|经营额|余额|缴费额|基数|费用|补贴|贷款|待遇|抚恤金|补助|总额)$",
        "money",
    ),
    (r"人数$|员工数$|人员数$|职工数$|次数$|月数$|天数$|年限数$|户数$|份数$|人员总数$|总人数$", "integer"),
    (r"年龄$|招聘数$|数量$|排名$", "integer"),
    (r"比例$|[比费]?率$|面积$|得分$|分数$|分值$|评分$", "number"),
    (r"(?:单位|企业|公司|机构|基地|主体)[)）]?(?:名称|全称)$|单位$", "organisation"),
    (
        r"姓名$|(?:联系|经办|负责|填表|填报|审核|复核|代表|代理|受托|委托|监护|担保|当事|签收|接收|移交)人(?:员)?$",
        "person_name",
    ),
)
_BY_UNIT = {
    "元": "money",
    "万元": "money",
    "亿元": "money",
    "人": "integer",
    "名": "integer",
    "人次": "integer",
    "个月": "integer",
    "个": "integer",
    "岁": "integer",
    "周岁": "integer",
    "份": "integer",
    "次": "integer",
    "家": "integer",
    "户": "integer",
    "天": "integer",
    "%": "number",
    "平方米": "number",
    "平米": "number",
    "㎡": "number",
}
UNITS = tuple(sorted(_BY_UNIT, key=len, reverse=True))
_UNIT_TAIL = re.compile(r"\((?:单位:?)?(" + "|".join(map(re.escape, UNITS)) + r")\)$")
_NOUN_ENDS = re.compile(r"\(.{1,20}\)$")


@cache
def _words() -> dict[str, tuple[str, str]]:
    """Normalised label → (id, type)."""
    out: dict[str, tuple[str, str]] = {}
    for line in _TABLE.strip().splitlines():
        name, kind, *labels = line.split()
        for label in labels:
            out[normalise_label(label)] = (name, kind)
    return out


def _plain(label: str) -> str:
    """A label as it is looked up: without its unit and what stands in brackets behind it, case folded."""
    bare = bare_label(label).casefold()
    return bare if bare in _words() else (_NOUN_ENDS.sub("", bare) or bare)


def unit_of(label: str) -> str:
    """The unit printed in brackets behind a label (注册资本（万元） → 万元), "" without one."""
    found = _UNIT_TAIL.search(normalise_label(label))
    return found[1] if found else ""


def type_of(label: str, unit: str = "", under: str = "") -> str:
    """The value type a label asks for, ``text`` where it does not say. ``unit`` is what is printed behind the blank."""
    plain = _plain(label)
    known = _words().get(plain)
    unit = unit or unit_of(label)
    if known is not None and known[1] != "text":
        return known[1]
    if unit in _BY_UNIT and "大写" not in label:
        return _BY_UNIT[unit]
    if known is not None:
        return known[1]
    return next((kind for pattern, kind in _ENDINGS if re.search(pattern, plain)), "text")


def name_of(label: str) -> str:
    """The English name of a field by its label, "" where the words are not known."""
    plain = _plain(label)
    known = _words().get(plain)
    if known is not None:
        return known[0]
    for person in sorted(_PEOPLE, key=len, reverse=True):
        if plain.startswith(person) and (rest := _words().get(plain[len(person) :].removeprefix("的"))) is not None:
            return f"{_PEOPLE[person]}_{rest[0]}"
    return ""


def owner_of(heading: str) -> str:
    """The English word for the person or unit a heading names (经办人 → agent), "" where it is none we know."""
    return _PEOPLE.get(_plain(heading), "")
