"""Mistakes in adding up."""

from osolgil.course.check.mistakes import Mistake, catalogue

SUMS = catalogue(
    Mistake(
        "plus_for_times",
        "Two factors are added where they should be multiplied (`+` or `+=` stands where `*` or `*=` belongs).",
        "곱해야 할 두 수를 더했습니다(`*`나 `*=` 자리에 `+`나 `+=`가 있습니다).",
        "Read the formula aloud: which two quantities stand side by side without a sign between them?",
        "수식을 소리 내어 읽어 보십시오. 사이에 부호 없이 나란히 붙어 있는 두 값은 무엇입니까?",
    ),
    Mistake(
        "times_for_plus",
        "Terms are multiplied where they should be added (`*` or `*=` stands where `+` or `+=` belongs).",
        "더해야 할 항들을 곱했습니다(`+`나 `+=` 자리에 `*`나 `*=`가 있습니다).",
        "Mark every +, − and Σ of the formula: with which operator do they stand in your code?",
        "수식에 있는 +, −, Σ를 모두 표시해 보십시오. 코드에서는 각각 어떤 연산자로 썼습니까?",
    ),
    Mistake(
        "stays_zero",
        "The result is 0 whatever goes in: a total that starts at 0 is multiplied (`*=` where `+=` is meant) or never "
        "added to.",
        "무엇을 넣어도 결과가 0입니다. 0에서 시작한 합계에 곱하고 있거나(`+=` 자리의 `*=`), "
        "아무것도 더하지 않았습니다.",
        "Print the total inside the loop and watch when it changes.",
        "반복문 안에서 합계를 출력하여 값이 언제 바뀌는지 살펴보십시오.",
    ),
    Mistake(
        "last_term_only",
        "Only the last term is returned: each one overwrites the one before (`=` where `+=` is meant).",
        "마지막 항만 반환됩니다. 새 항이 앞의 항을 덮어씁니다(`+=` 자리의 `=`).",
        "What happens to the total of the first round when the second round begins?",
        "두 번째 반복이 시작될 때 첫 번째 반복에서 구한 합계는 어떻게 됩니까?",
    ),
    Mistake(
        "first_term_only",
        "Only the first term is returned: the loop ends in its first round.",
        "첫 항만 반환됩니다. 반복문이 첫 번째 반복에서 끝납니다.",
        "Look at the indentation of `return`: is it inside the loop or after it?",
        "`return`의 들여쓰기를 보십시오. 반복문 안에 있습니까, 반복문이 끝난 뒤에 있습니까?",
    ),
    Mistake(
        "first_skipped",
        "The first one is left out: the loop starts at 1, but Python counts from 0.",
        "첫 번째 것이 빠졌습니다. 반복문이 1에서 시작하지만 파이썬은 0부터 셉니다.",
        "List the numbers that your `range` goes through, and count them.",
        "`range`가 지나가는 번호를 모두 적고 몇 개인지 세어 보십시오.",
    ),
    Mistake(
        "last_skipped",
        "The last one is left out: the loop ends one too early.",
        "마지막 것이 빠졌습니다. 반복문이 하나 일찍 끝납니다.",
        "`range` already leaves out its end; list the numbers that it goes through, and count them.",
        "`range`는 원래 끝 값을 포함하지 않습니다. 지나가는 번호를 모두 적고 몇 개인지 세어 보십시오.",
    ),
    Mistake(
        "one_vector_twice",
        "One of the two vectors is used twice and the other not at all.",
        "두 벡터 가운데 하나만 두 번 쓰이고 다른 하나는 쓰이지 않았습니다.",
        "Does the name of every argument occur in the body of the function?",
        "모든 인수의 이름이 함수 본문에 나옵니까?",
    ),
    Mistake(
        "divided_by_n",
        "The result is divided by the number of terms: a mean, where no division is asked for.",
        "결과를 항의 개수로 나누었습니다. 여기서는 나누지 않아야 하는데 평균을 구했습니다.",
        "The assignment divides in one place only. Which function is that?",
        "이 과제에서는 한 곳에서만 나눕니다. 어느 함수에서 나눕니까?",
    ),
    Mistake(
        "divided_by_n_twice",
        "Divided by the number of rows n twice, so by n² in all.",
        "행의 개수 n으로 두 번 나누어 결국 n²으로 나누었습니다.",
        "Follow one number from the sum to the step and count the divisions on its way.",
        "한 수가 합에서 스텝까지 가는 길을 따라가며 나눗셈이 몇 번 나오는지 세어 보십시오.",
    ),
    Mistake(
        "not_reset",
        "The total runs on from one coordinate to the next: it is not set back before each j.",
        "합계가 한 좌표에서 다음 좌표로 이어집니다. j가 바뀔 때 합계를 다시 0으로 놓지 않았습니다.",
        "Of the two loops, which one should the line that starts the total stand in?",
        "합계를 초기화하는 줄은 두 반복문 가운데 어느 쪽 안에 있어야 합니까?",
    ),
)
