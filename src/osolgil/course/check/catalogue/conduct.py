"""Mistakes that show before any number is compared: what a function does, and what kind of thing it returns."""

from osolgil.course.check.mistakes import Mistake, catalogue

CONDUCT = catalogue(
    Mistake(
        "not_callable",
        "What was handed over is not a function.",
        "넘겨받은 것이 함수가 아닙니다.",
        "Hand over the function's name without calling it: no parentheses behind it.",
        "함수를 호출하지 말고 이름만 넘기십시오. 이름 뒤에 괄호를 붙이지 않습니다.",
    ),
    Mistake(
        "not_filled_in",
        "A blank is not filled in yet.",
        "아직 채우지 않은 빈칸이 있습니다.",
        "Fill in the blank and run the cell again, then check once more.",
        "빈칸을 채우고 셀을 다시 실행한 다음 한 번 더 확인하십시오.",
    ),
    Mistake(
        "wrong_arguments",
        "The function does not take the arguments of the assignment.",
        "함수가 과제에서 정한 인수를 받지 않습니다.",
        "Keep the `def` line as the assignment gives it: the same arguments in the same order.",
        "`def` 줄은 과제에 주어진 그대로 두십시오. 인수와 그 순서가 같아야 합니다.",
    ),
    Mistake(
        "returns_none",
        "The function returns nothing (None): a blank is empty, or `return` is missing.",
        "함수가 아무것도 반환하지 않습니다(None). 빈칸이 남아 있거나 `return`이 빠졌습니다.",
        "`print` shows a value, only `return` hands it back.",
        "`print`는 값을 보여 줄 뿐이고, 값을 돌려주는 것은 `return`입니다.",
    ),
    Mistake(
        "wrong_type",
        "The function returns the wrong type.",
        "반환값의 자료형이 다릅니다.",
        "Compare what the assignment asks for with `type(...)` of what comes out.",
        "과제에서 요구하는 것과 결과의 `type(...)`을 비교해 보십시오.",
    ),
    Mistake(
        "wrong_shape",
        "The function returns the wrong shape.",
        "반환값의 모양이 다릅니다.",
        "One number, one number for each coefficient, or a list of them? Compare with the assignment.",
        "수 하나입니까, 계수마다 수 하나씩입니까, 아니면 그런 것들의 리스트입니까? 과제와 비교해 보십시오.",
    ),
    Mistake(
        "not_finite",
        "The result is not a finite number.",
        "결과가 유한한 수가 아닙니다.",
        "Print the intermediate values: which is the first one that is nan or inf?",
        "중간 값을 출력해 보십시오. nan이나 inf가 처음 나타나는 곳은 어디입니까?",
    ),
    Mistake(
        "raises",
        "The function stops with an error.",
        "함수가 오류를 내고 멈춥니다.",
        "Call it yourself with these values, and read the last line of the message first.",
        "같은 값으로 직접 호출해 보고, 오류 메시지는 마지막 줄부터 읽으십시오.",
    ),
    Mistake(
        "endless",
        "The function does not come to an end.",
        "함수가 끝나지 않습니다.",
        "What changes in each round of the loop, and when does it stop?",
        "반복할 때마다 무엇이 바뀌며, 반복문은 언제 멈춥니까?",
    ),
    Mistake(
        "inputs_mutated",
        "The function changes its own arguments: whoever calls it finds other values there afterwards.",
        "함수가 인수로 받은 값을 바꿉니다. 호출한 쪽의 값까지 달라집니다.",
        "Make something new and return that. In NumPy, `-=` and `+=` change the array itself.",
        "새로 만들어서 반환하십시오. NumPy에서 `-=`와 `+=`는 배열 자체를 바꿉니다.",
    ),
    Mistake(
        "builds_on_another",
        "It calls another function of the assignment that is not right yet.",
        "과제의 다른 함수 가운데 아직 맞지 않은 함수를 호출합니다.",
        "Correct that function first, then check this one again.",
        "그 함수를 먼저 고친 다음 이 함수를 다시 확인하십시오.",
    ),
)
